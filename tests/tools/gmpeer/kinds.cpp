#include "gmpeer/kinds.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gmpeer {

namespace {

constexpr size_t piece = 1000;

int need(int result, const char* what) {
    if (result < 0)
        throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
    return result;
}

template <typename T> sockaddr* as_sockaddr(T& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr_in6 loopback6() {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    return address;
}

// Binds a socket to a port that the kernel chooses, and stores the resulting address.
template <typename T> int bound(int type, int protocol, T& address) {
    const int fd = need(socket(address.sa_family_of(), type, protocol), "socket");
    need(bind(fd, as_sockaddr(address.value), sizeof(address.value)), "bind");
    socklen_t length = sizeof(address.value);
    need(getsockname(fd, as_sockaddr(address.value), &length), "getsockname");
    return fd;
}

struct V4 {
    sockaddr_in value = loopback();
    static int sa_family_of() { return AF_INET; }
};
struct V6 {
    sockaddr_in6 value = loopback6();
    static int sa_family_of() { return AF_INET6; }
};

void send_pieces(int fd, size_t bytes) {
    const std::array<char, piece> data{};
    for (size_t sent = 0; sent < bytes; sent += piece) {
        if (send(fd, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            break;
    }
}

template <typename V> std::vector<Made> tcp(size_t bytes) {
    V address;
    const int listener = bound(SOCK_STREAM, 0, address);
    need(listen(listener, 8), "listen");
    const int client = need(socket(V::sa_family_of(), SOCK_STREAM, 0), "socket");
    need(connect(client, as_sockaddr(address.value), sizeof(address.value)), "connect");
    const int server = need(accept(listener, nullptr, nullptr), "accept");
    send_pieces(client, bytes);
    return {{"server", server}, {"client", client}, {"listener", listener}};
}

// The data is queued in a connection that is never accepted.
std::vector<Made> unaccepted(size_t bytes) {
    V4 address;
    const int listener = bound(SOCK_STREAM, 0, address);
    need(listen(listener, 8), "listen");
    const int client = need(socket(AF_INET, SOCK_STREAM, 0), "socket");
    need(connect(client, as_sockaddr(address.value), sizeof(address.value)), "connect");
    send_pieces(client, bytes);
    return {{"listener", listener}, {"client", client}};
}

template <typename V> std::vector<Made> udp(size_t bytes, int protocol) {
    V address;
    const int receiver = bound(SOCK_DGRAM, protocol, address);
    const int sender = need(socket(V::sa_family_of(), SOCK_DGRAM, protocol), "socket");
    need(connect(sender, as_sockaddr(address.value), sizeof(address.value)), "connect");
    send_pieces(sender, bytes);
    return {{"receiver", receiver}, {"sender", sender}};
}

std::vector<Made> raw6(size_t bytes) {
    const int receiver = need(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "socket");
    const int sender = need(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "socket");
    // Without a filter the sender would receive the packets, too.
    icmp6_filter none;
    ICMP6_FILTER_SETBLOCKALL(&none);
    need(setsockopt(sender, IPPROTO_ICMPV6, ICMP6_FILTER, &none, sizeof(none)), "setsockopt");
    sockaddr_in6 to = loopback6();
    std::array<char, piece> data{};
    data[0] = static_cast<char>(ICMP6_ECHO_REPLY);
    for (size_t sent = 0; sent < bytes; sent += piece)
        (void)sendto(sender, data.data(), data.size(), MSG_DONTWAIT, as_sockaddr(to), sizeof(to));
    return {{"receiver", receiver}, {"sender", sender}};
}

std::vector<Made> pair(int type, size_t bytes) {
    std::array<int, 2> ends{};
    need(socketpair(AF_UNIX, type, 0, ends.data()), "socketpair");
    send_pieces(ends[1], bytes);
    return {{"receiver", ends[0]}, {"sender", ends[1]}};
}

std::vector<Made> netlink(size_t bytes) {
    const int fd = need(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket");
    struct {
        nlmsghdr head;
        rtgenmsg body;
    } request{};
    request.head.nlmsg_len = sizeof(request);
    request.head.nlmsg_type = RTM_GETLINK;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    // A socket can have only one dump at a time: the first answers of one remain queued.
    if (bytes != 0)
        need(static_cast<int>(send(fd, &request, sizeof(request), 0)), "send");
    return {{"receiver", fd}};
}

std::vector<Made> ring(size_t bytes) {
    const int fd = need(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), "socket");
    tpacket_req request{};
    request.tp_block_size = 32768;
    request.tp_block_nr = static_cast<unsigned>(bytes / request.tp_block_size);
    request.tp_frame_size = 2048;
    request.tp_frame_nr = request.tp_block_nr * (request.tp_block_size / request.tp_frame_size);
    need(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)), "PACKET_RX_RING");
    return {{"ring", fd}};
}

std::vector<Made> many(size_t pairs) {
    std::vector<Made> first;
    for (size_t i = 0; i < pairs; ++i) {
        const auto made = pair(SOCK_STREAM, 0);
        if (first.empty())
            first = made;
    }
    return first;
}

} // namespace

std::vector<Made> make(const std::string& kind, size_t bytes) {
    const std::map<std::string, std::function<std::vector<Made>()>> kinds{
        {"tcp", [&] { return tcp<V4>(bytes); }},
        {"tcp6", [&] { return tcp<V6>(bytes); }},
        {"unaccepted", [&] { return unaccepted(bytes); }},
        {"udp", [&] { return udp<V4>(bytes, 0); }},
        {"udp6", [&] { return udp<V6>(bytes, 0); }},
        {"udplite", [&] { return udp<V4>(bytes, IPPROTO_UDPLITE); }},
        {"raw6", [&] { return raw6(bytes); }},
        {"unix_stream", [&] { return pair(SOCK_STREAM, bytes); }},
        {"unix_dgram", [&] { return pair(SOCK_DGRAM, bytes); }},
        {"netlink", [&] { return netlink(bytes); }},
        {"ring", [&] { return ring(bytes); }},
        {"many", [&] { return many(bytes); }},
    };
    const auto at = kinds.find(kind);
    if (at == kinds.end())
        throw std::runtime_error("no such kind: " + kind);
    return at->second();
}

} // namespace gmpeer
