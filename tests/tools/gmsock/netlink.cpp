// Unread netlink messages.
#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <unistd.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

constexpr unsigned int group = 1;

sockaddr_nl of(uint32_t port, uint32_t groups) {
    sockaddr_nl at{};
    at.nl_family = AF_NETLINK;
    at.nl_pid = port;
    at.nl_groups = groups;
    return at;
}

} // namespace

// Sends COUNT messages of SIZE bytes to a group, or with --unicast to the socket itself, for which
// the kernel uses a different kind of memory.
int netlink_unread(Arguments arguments) {
    const bool unicast = arguments.flag("unicast");
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Descriptor sink = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    set_receive_buffer(sink.get(), 1 << 28);
    const sockaddr_nl me = of(static_cast<uint32_t>(getpid()), 1U << (group - 1));
    checked(bind(sink.get(), reinterpret_cast<const sockaddr*>(&me), sizeof(me)), "bind");

    const Descriptor source = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    set_send_buffer(source.get(), 1 << 24);
    std::vector<char> message(NLMSG_HDRLEN + size, 'n');
    nlmsghdr header{};
    header.nlmsg_len = static_cast<uint32_t>(message.size());
    header.nlmsg_type = NLMSG_MIN_TYPE;
    std::memcpy(message.data(), &header, sizeof(header));
    const sockaddr_nl to = unicast ? of(me.nl_pid, 0) : of(0, me.nl_groups);
    for (uint64_t n = 0; n < count; n++) {
        // A group message is also sent to the kernel, which does not listen there.
        if (sendto(source.get(), message.data(), message.size(), 0,
                   reinterpret_cast<const sockaddr*>(&to), sizeof(to)) < 0 &&
            (unicast || errno != ECONNREFUSED))
            checked(-1, "sendto");
    }
    return hold(sink.get());
}

} // namespace gmsock
