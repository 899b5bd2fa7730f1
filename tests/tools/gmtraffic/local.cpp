#include "gmtraffic/local.h"

#include <algorithm>

#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/un.h>

#include "gmtraffic/sockets.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif

namespace gmtraffic {

namespace {

// The sizes of single sends, from one byte to several segments.
constexpr size_t sizes[] = {1, 100, 1400, 4000, 16000, 60000};

void tcp(int round) {
    sockaddr_in address;
    Fd listener = bound(SOCK_STREAM, address);
    checked(listen(listener, 8), "listen");
    Fd client = open_socket(AF_INET, SOCK_STREAM);
    set(client, IPPROTO_TCP, TCP_NODELAY, round % 2);
    checked(connect(client, general(address), sizeof(address)), "connect");
    // Every third connection is closed by the client without having been accepted.
    Fd server(round % 3 ? accept(listener, nullptr, nullptr) : -1);
    set(client, SOL_SOCKET, SO_ZEROCOPY, 1);
    for (const size_t size : sizes) {
        const std::vector<char> data = payload(size);
        const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (round % 4 == 1 ? MSG_ZEROCOPY : 0);
        (void)send(client, data.data(), data.size(), flags);
        if (server >= 0 && round % 2)
            (void)drain(server, size);
    }
    (void)send(client, "!", 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL);
    char one;
    if (server >= 0)
        (void)recv(server, &one, 1, MSG_PEEK | MSG_DONTWAIT);
    // Close with and without a reset.
    if (round % 5 == 0) {
        const linger at_once{1, 0};
        (void)setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }
}

void read_errors(int fd) {
    char control[512], data[2048];
    iovec part{data, sizeof(data)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    (void)recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
}

void udp(int round) {
    sockaddr_in address;
    Fd receiver = bound(SOCK_DGRAM, address);
    Fd sender = open_socket(AF_INET, SOCK_DGRAM);
    set(sender, IPPROTO_IP, IP_RECVERR, 1);
    set(sender, SOL_SOCKET, SO_TIMESTAMPING,
        SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_SOFTWARE);
    set(receiver, IPPROTO_UDP, UDP_GRO, round % 2);
    for (const size_t size : sizes) {
        const std::vector<char> data = payload(size);
        set(sender, IPPROTO_UDP, UDP_SEGMENT, size > 1400 && round % 2 ? 1400 : 0);
        (void)sendto(sender, data.data(), data.size(), 0, general(address), sizeof(address));
        if (round % 3 == 0)
            (void)drain(receiver, size);
    }
    // A datagram to a closed port returns as an error, which may stay unread.
    receiver.reset();
    (void)sendto(sender, "?", 1, 0, general(address), sizeof(address));
    if (round % 2)
        read_errors(sender);
}

void unix_pair(int type, int round) {
    int pair[2];
    checked(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair), "socketpair");
    Fd one(pair[0]), other(pair[1]);
    for (const size_t size : sizes) {
        const std::vector<char> data = payload(size);
        (void)send(one, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (round % 2)
            (void)drain(other, size);
    }
    // A socket in flight to itself: only the garbage collector can free it.
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    char byte = 0;
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    const int passed = round % 2 ? pair[0] : pair[1];
    std::memcpy(CMSG_DATA(head), &passed, sizeof(passed));
    (void)sendmsg(one, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void netlink(int round) {
    Fd fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct {
        nlmsghdr header;
        rtgenmsg body;
    } request{};
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof(rtgenmsg));
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    for (const int what : {RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE}) {
        request.header.nlmsg_type = static_cast<uint16_t>(what);
        (void)send(fd, &request, sizeof(request), 0);
        if (round % 2)
            (void)drain(fd, 1 << 20);
    }
}

// Also receives everything that the other sockets send over loopback.
Fd packet_socket() {
    Fd fd = open_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
    checked(bind(fd, general(address), sizeof(address)), "bind");
    return fd;
}

void packet(int round) {
    Fd queue = packet_socket(), ring = packet_socket();
    tpacket_req request{};
    request.tp_block_size = 65536;
    request.tp_block_nr = 4;
    request.tp_frame_size = 2048;
    request.tp_frame_nr = 128;
    if (setsockopt(ring, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) == 0) {
        void* mapped = mmap(nullptr, 4 * 65536, PROT_READ, MAP_SHARED, ring, 0);
        if (mapped != MAP_FAILED)
            munmap(mapped, 4 * 65536);
    }
    udp(round);
    tcp(round);
    std::vector<char> frame = payload(200);
    std::fill_n(frame.begin(), 12, '\0');
    frame[12] = static_cast<char>(0x88);
    frame[13] = static_cast<char>(0xb5);
    (void)send(queue, frame.data(), frame.size(), MSG_DONTWAIT);
    if (round % 2)
        (void)drain(queue, 1 << 20);
}

void raw(int round) {
    Fd fd = open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    const sockaddr_in to = ipv4("127.0.0.1", 0);
    std::vector<char> data = payload(round % 2 ? 64 : 30000);
    icmphdr header{};
    header.type = ICMP_ECHO;
    std::memcpy(data.data(), &header, sizeof(header));
    for (int i = 0; i < 10; ++i)
        (void)sendto(fd, data.data(), data.size(), 0, general(to), sizeof(to));
    if (round % 2)
        (void)drain(fd, 1 << 20);
}

} // namespace

int local(int rounds) {
    for (int round = 0; round < rounds; ++round) {
        tcp(round);
        udp(round);
        for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET})
            unix_pair(type, round);
        netlink(round);
        packet(round);
        raw(round);
    }
    return 0;
}

} // namespace gmtraffic
