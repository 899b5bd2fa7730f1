// Parsing of the structures and attributes of sock_diag's messages: a part of the codec.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include <linux/netlink.h>

#include "lib/base/error.h"

namespace ghostmem {

using Bytes = std::span<const std::byte>;

[[noreturn]] inline void garbled_diag(const char* what) {
    throw Error(ErrorKind::protocol,
                std::string("the kernel's answer on sockets makes no sense (") + what +
                    "); ss -m may do better; please report it");
}

/// Returns the structure at the start of the bytes; that of a later kernel may be longer.
template <typename T> T structure(Bytes bytes, const char* what) {
    if (bytes.size() < sizeof(T))
        garbled_diag(what);
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

inline Bytes behind(Bytes bytes, size_t length) {
    const size_t aligned = NLA_ALIGN(length);
    return aligned < bytes.size() ? bytes.subspan(aligned) : Bytes();
}

/// Calls visit(type, payload) for each attribute.
template <typename Function> void each_attribute(Bytes bytes, Function visit) {
    while (!bytes.empty()) {
        const auto head = structure<nlattr>(bytes, "an attribute cut short");
        if (head.nla_len < sizeof(nlattr) || head.nla_len > bytes.size())
            garbled_diag("an attribute of the wrong size");
        visit(head.nla_type & NLA_TYPE_MASK,
              bytes.subspan(sizeof(nlattr), head.nla_len - sizeof(nlattr)));
        bytes = behind(bytes, head.nla_len);
    }
}

} // namespace ghostmem
