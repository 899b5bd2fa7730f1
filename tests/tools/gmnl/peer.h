// The module as a netlink peer: the requests that it understands, and its state.
#pragma once

#include <cstdint>

#include "gmnl/request.h"
#include "gmnl/state.h"

namespace gmnl {

class Peer {
  public:
    Peer();

    [[nodiscard]] Request request(uint8_t command, int flags = do_flags) const {
        return {family_, command, flags};
    }
    [[nodiscard]] int family() const { return family_; }
    [[nodiscard]] Request status_request() const { return request(GHOSTMEM_CMD_STATUS_GET).abi(); }
    // A dump of all sites, including empty ones.
    [[nodiscard]] Request dump_request() const;
    [[nodiscard]] Request mode_request(uint32_t mode) const;

    [[nodiscard]] State state() const;

  private:
    int family_;
};

} // namespace gmnl
