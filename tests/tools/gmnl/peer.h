// The module, seen from here: the requests it understands, and the state it is in.
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
    // Of all sites, the empty ones included.
    [[nodiscard]] Request dump_request() const;
    [[nodiscard]] Request mode_request(uint32_t mode) const;

    [[nodiscard]] State state() const;

  private:
    int family_;
};

} // namespace gmnl
