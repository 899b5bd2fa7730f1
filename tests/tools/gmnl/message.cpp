#include "gmnl/message.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <linux/genetlink.h>

namespace gmnl {

Attributes Message::attributes() const {
    if (payload.size() < GENL_HDRLEN)
        throw std::runtime_error("the kernel sent a message without its header");
    return attributes_of(std::span(payload).subspan(GENL_HDRLEN));
}

std::vector<Message> messages_of(std::span<const uint8_t> bytes) {
    std::vector<Message> messages;
    while (bytes.size() >= NLMSG_HDRLEN) {
        Message message;
        std::memcpy(&message.header, bytes.data(), sizeof(message.header));
        const size_t length = message.header.nlmsg_len;
        if (length < NLMSG_HDRLEN || length > bytes.size())
            throw std::runtime_error("the kernel sent a message of impossible length");
        const auto payload = bytes.subspan(NLMSG_HDRLEN, length - NLMSG_HDRLEN);
        message.payload.assign(payload.begin(), payload.end());
        messages.push_back(std::move(message));
        bytes = bytes.subspan(std::min<size_t>(NLMSG_ALIGN(length), bytes.size()));
    }
    return messages;
}

} // namespace gmnl
