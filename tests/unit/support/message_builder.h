// Builds netlink messages byte by byte. Shares only the uapi header with the codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ghostmem::test {

/// A sequence of attributes, each padded to 4 bytes as by the kernel.
class Attrs {
  public:
    Attrs& u8(int type, uint8_t value);
    Attrs& u32(int type, uint32_t value);
    Attrs& u64(int type, uint64_t value);
    Attrs& string(int type, const std::string& text);
    Attrs& flag(int type);
    Attrs& nest(int type, const Attrs& inner);
    Attrs& raw(int type, const std::string& payload);
    Attrs& append(const Attrs& more);

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

struct MessageHead {
    uint16_t type = 0x1f; ///< any family
    uint16_t flags = 0;
    uint32_t sequence = 7;
};

/// Builds a message from its header and payload.
std::string message(const std::string& payload, MessageHead head);
std::string operation(int command, const Attrs& attrs, MessageHead head = {});
/// How much of a refused request is returned with the error.
enum class Echo { header, all };
/// error: negative errno, or 0 for an acknowledgement; extack may be empty.
std::string error_message(int error, const std::string& extack, MessageHead head = {},
                          Echo echo = Echo::header);
std::string done_message(int error, MessageHead head = {});

} // namespace ghostmem::test
