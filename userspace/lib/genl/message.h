// A netlink message that is being built.
#pragma once

#include <memory>

#include <netlink/attr.h>
#include <netlink/msg.h>

namespace ghostmem {

struct FreeMessage {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Message = std::unique_ptr<nl_msg, FreeMessage>;

/// Checks what a function of libnl that adds to a message has returned. Throws Error(io).
void put(int result);

/// Puts a nest around the attributes that fill() puts. The kernel requires NLA_F_NESTED, which
/// older libnl versions do not set.
template <typename Function> void nest(nl_msg* message, int type, Function fill) {
    nlattr* open = nla_nest_start(message, type | NLA_F_NESTED);
    if (open == nullptr)
        put(-1);
    fill();
    nla_nest_end(message, open);
}

} // namespace ghostmem
