#include "support/message_builder.h"

#include <cstring>

#include <linux/genetlink.h>
#include <linux/netlink.h>

namespace ghostmem::test {

namespace {

template <typename T> std::string bytes_of(const T& value) {
    std::string bytes(sizeof(value), '\0');
    std::memcpy(bytes.data(), &value, sizeof(value));
    return bytes;
}

void pad(std::string& bytes) {
    while (bytes.size() % 4 != 0)
        bytes += '\0';
}

} // namespace

std::string message(const std::string& payload, MessageHead head) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<uint32_t>(sizeof(header) + payload.size());
    header.nlmsg_type = head.type;
    header.nlmsg_flags = head.flags;
    header.nlmsg_seq = head.sequence;
    std::string bytes = bytes_of(header) + payload;
    pad(bytes);
    return bytes;
}

Attrs& Attrs::raw(int type, const std::string& payload) {
    const auto length = static_cast<uint16_t>(4 + payload.size());
    bytes_ += bytes_of(length) + bytes_of(static_cast<uint16_t>(type)) + payload;
    pad(bytes_);
    return *this;
}

Attrs& Attrs::u8(int type, uint8_t value) {
    return raw(type, bytes_of(value));
}

Attrs& Attrs::u32(int type, uint32_t value) {
    return raw(type, bytes_of(value));
}

Attrs& Attrs::u64(int type, uint64_t value) {
    return raw(type, bytes_of(value));
}

Attrs& Attrs::string(int type, const std::string& text) {
    return raw(type, text + '\0');
}

Attrs& Attrs::flag(int type) {
    return raw(type, "");
}

Attrs& Attrs::nest(int type, const Attrs& inner) {
    return raw(type | NLA_F_NESTED, inner.bytes());
}

Attrs& Attrs::append(const Attrs& more) {
    bytes_ += more.bytes();
    return *this;
}

std::string operation(int command, const Attrs& attrs, MessageHead head) {
    genlmsghdr header{};
    header.cmd = static_cast<uint8_t>(command);
    header.version = 1;
    return message(bytes_of(header) + attrs.bytes(), head);
}

std::string error_message(int error, const std::string& extack, MessageHead head, Echo echo) {
    // Like the kernel, use the length of the whole request even if only its header is returned.
    const std::string request(24, '\x5a');
    nlmsgerr body{};
    body.error = error;
    body.msg.nlmsg_len = static_cast<uint32_t>(sizeof(nlmsghdr) + request.size());
    std::string payload = bytes_of(body);
    head.type = NLMSG_ERROR;
    if (echo == Echo::header)
        head.flags |= NLM_F_CAPPED;
    else
        payload += request;
    if (!extack.empty()) {
        head.flags |= NLM_F_ACK_TLVS;
        payload += Attrs().string(NLMSGERR_ATTR_MSG, extack).bytes();
    }
    return message(payload, head);
}

std::string done_message(int error, MessageHead head) {
    head.type = NLMSG_DONE;
    head.flags |= NLM_F_MULTI;
    return message(bytes_of(error), head);
}

} // namespace ghostmem::test
