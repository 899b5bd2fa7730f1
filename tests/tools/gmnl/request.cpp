#include "gmnl/request.h"

#include <cstring>

#include <linux/genetlink.h>

namespace gmnl {

Request::Request(int type, uint8_t command, int flags, uint8_t version, uint16_t reserved) {
    nlmsghdr header{};
    header.nlmsg_type = static_cast<uint16_t>(type);
    header.nlmsg_flags = static_cast<uint16_t>(flags);
    raw(&header, sizeof(header));
    genlmsghdr generic{};
    generic.cmd = command;
    generic.version = version;
    generic.reserved = reserved;
    raw(&generic, sizeof(generic));
}

Request& Request::raw(const void* data, size_t length) {
    const auto* first = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), first, first + length);
    return *this;
}

Request& Request::attribute(int type, size_t claimed, const void* data, size_t length) {
    nlattr header{};
    header.nla_len = static_cast<uint16_t>(claimed);
    header.nla_type = static_cast<uint16_t>(type);
    raw(&header, sizeof(header)).raw(data, length);
    bytes_.resize(NLA_ALIGN(bytes_.size()));
    return *this;
}

Request& Request::nest(int type, const std::function<void(Request&)>& fill) {
    const size_t at = bytes_.size();
    attribute(type, NLA_HDRLEN, nullptr, 0);
    fill(*this);
    const auto length = static_cast<uint16_t>(bytes_.size() - at);
    std::memcpy(&bytes_[at + offsetof(nlattr, nla_len)], &length, sizeof(length));
    return *this;
}

Request& Request::cut(size_t length) {
    bytes_.resize(length);
    return *this;
}

} // namespace gmnl
