// Messages from the kernel.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <linux/netlink.h>

#include "gmnl/attributes.h"
#include "gmnl/bytes.h"

namespace gmnl {

struct Message {
    nlmsghdr header{};
    Bytes payload;
    // Parses the attributes of a complete message of the family.
    [[nodiscard]] Attributes attributes() const;
    [[nodiscard]] bool interrupted() const { return (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0; }
    [[nodiscard]] bool ends() const {
        return header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE;
    }
};

// The messages of one datagram.
std::vector<Message> messages_of(std::span<const uint8_t> bytes);

} // namespace gmnl
