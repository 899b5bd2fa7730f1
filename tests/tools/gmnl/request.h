// Requests to the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include <linux/netlink.h>

#include <linux/ghostmem.h>

#include "gmnl/bytes.h"

namespace gmnl {

constexpr int do_flags = NLM_F_REQUEST | NLM_F_ACK;
constexpr int dump_flags = NLM_F_REQUEST | NLM_F_DUMP;
constexpr int filter_nest = GHOSTMEM_A_FILTER | NLA_F_NESTED;
constexpr int config_nest = GHOSTMEM_A_CONFIG | NLA_F_NESTED;

// Builds a request. Lengths and types are not validated, so they may be wrong on purpose.
class Request {
  public:
    Request(int type, uint8_t command, int flags, uint8_t version = GHOSTMEM_GENL_VERSION,
            uint16_t reserved = 0);

    Request& raw(const void* data, size_t length);
    // Adds an attribute whose header claims a length of @claimed bytes, including the header.
    Request& attribute(int type, size_t claimed, const void* data, size_t length);
    template <typename Value> Request& put(int type, Value value) {
        return attribute(type, NLA_HDRLEN + sizeof(value), &value, sizeof(value));
    }
    Request& abi(uint32_t abi = GHOSTMEM_ABI) { return put<uint32_t>(GHOSTMEM_A_ABI, abi); }
    Request& nest(int type, const std::function<void(Request&)>& fill);
    Request& cut(size_t length);
    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    Bytes bytes_;
};

} // namespace gmnl
