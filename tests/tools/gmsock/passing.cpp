#include "gmsock/passing.h"

#include <cstring>
#include <sys/socket.h>

namespace gmsock {
namespace {

// A message of one byte, with room for one descriptor.
struct Message {
    char byte = 'f';
    iovec data{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};

    Message() {
        header.msg_iov = &data;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof(control);
    }
};

} // namespace

std::pair<Descriptor, Descriptor> unix_pair(int type) {
    int ends[2];
    checked(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "socketpair");
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void pass(int through, int passed) {
    Message message;
    cmsghdr* const control = CMSG_FIRSTHDR(&message.header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(control), &passed, sizeof(int));
    checked(sendmsg(through, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT), "sendmsg");
}

Descriptor taken(int through) {
    Message message;
    if (recvmsg(through, &message.header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
        return Descriptor();
    const cmsghdr* const control = CMSG_FIRSTHDR(&message.header);
    if (!control || control->cmsg_type != SCM_RIGHTS)
        return Descriptor();
    int number = -1;
    std::memcpy(&number, CMSG_DATA(control), sizeof(int));
    return Descriptor(number);
}

} // namespace gmsock
