#include "gmnl/attributes.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include <linux/netlink.h>

namespace gmnl {

Attributes attributes_of(std::span<const uint8_t> bytes) {
    Attributes found;
    while (bytes.size() >= NLA_HDRLEN) {
        nlattr header{};
        std::memcpy(&header, bytes.data(), sizeof(header));
        if (header.nla_len < NLA_HDRLEN || header.nla_len > bytes.size())
            throw std::runtime_error("the kernel sent an attribute of impossible length");
        found[header.nla_type & NLA_TYPE_MASK] =
            bytes.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
        bytes = bytes.subspan(std::min<size_t>(NLA_ALIGN(header.nla_len), bytes.size()));
    }
    return found;
}

std::string text_of(std::span<const uint8_t> bytes) {
    std::string text(bytes.begin(), bytes.end());
    text.resize(std::strlen(text.c_str()));
    return text;
}

} // namespace gmnl
