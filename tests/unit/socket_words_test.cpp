// Tests the names of socket families, protocols, states and addresses.
#include <cstring>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "lib/model/socket_address.h"
#include "lib/model/socket_words.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::Contains;

Socket socket_of(uint32_t family, uint32_t type, uint32_t protocol, uint32_t state = 7) {
    Socket socket;
    socket.family = family;
    socket.type = type;
    socket.protocol = protocol;
    socket.state = state;
    return socket;
}

TEST(SocketWords, NameWhatPeopleKnow) {
    const Socket tcp = socket_of(AF_INET, SOCK_STREAM, IPPROTO_TCP, 1);
    EXPECT_EQ(family_word(tcp), "inet");
    EXPECT_EQ(type_word(tcp), "stream");
    EXPECT_EQ(protocol_word(tcp), "tcp");
    EXPECT_EQ(state_word(tcp), "established");
    EXPECT_EQ(state_label(tcp), "ESTAB");
    EXPECT_EQ(kind_label(tcp), "tcp");
    const Socket raw = socket_of(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    EXPECT_EQ(protocol_word(raw), "ipv6-icmp");
    EXPECT_EQ(kind_label(raw), "raw6");
    EXPECT_EQ(state_word(raw), "close");
    EXPECT_EQ(state_label(raw), "UNCONN");
    EXPECT_EQ(kind_label(socket_of(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)), "ping");
    EXPECT_EQ(kind_label(socket_of(AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE)), "udplite6");
    EXPECT_EQ(kind_label(socket_of(AF_INET, SOCK_STREAM, 262)), "mptcp");
    const Socket route = socket_of(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    EXPECT_EQ(kind_label(route), "netlink");
    EXPECT_EQ(protocol_word(route), "route");
    EXPECT_EQ(state_word(route), "close");
    EXPECT_EQ(protocol_word(socket_of(AF_PACKET, SOCK_RAW, 3)), "all");
    EXPECT_EQ(protocol_word(socket_of(AF_UNIX, SOCK_STREAM, 0)), "unix");
}

TEST(SocketWords, WhatHasNoNameHasANumber) {
    const Socket odd = socket_of(99, 77, 5, 44);
    EXPECT_EQ(family_word(odd), "family_99");
    EXPECT_EQ(type_word(odd), "type_77");
    EXPECT_EQ(protocol_word(odd), "proto_5");
    EXPECT_EQ(state_word(odd), "state_44");
    EXPECT_EQ(state_label(odd), "44");
}

TEST(SocketWords, FamiliesAndKindsOfTheInternetFilter) {
    const Socket tcp = socket_of(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const Socket raw = socket_of(AF_INET6, SOCK_RAW, IPPROTO_TCP);
    const auto matches = [](const char* word, const Socket& socket) {
        return FamilyFilter::parse(word)->matches(socket);
    };
    EXPECT_TRUE(matches("inet", tcp));
    EXPECT_FALSE(matches("inet6", tcp));
    EXPECT_TRUE(matches("tcp", tcp));
    // A raw socket of protocol 6 is not a TCP socket.
    EXPECT_FALSE(matches("tcp", raw));
    EXPECT_TRUE(matches("raw", raw));
    EXPECT_TRUE(matches("inet6", raw));
    // Packet sockets have type SOCK_RAW, too, but are not raw sockets.
    EXPECT_FALSE(matches("raw", socket_of(AF_PACKET, SOCK_RAW, 3)));
    EXPECT_FALSE(FamilyFilter::parse("tcp6"));
    EXPECT_FALSE(FamilyFilter::parse(""));
    EXPECT_THAT(FamilyFilter::known(), Contains("vsock"));
}

TEST(SocketWords, KnowsClosingAndListening) {
    EXPECT_TRUE(is_closing(socket_of(AF_INET, SOCK_STREAM, IPPROTO_TCP, 4)));
    EXPECT_FALSE(is_closing(socket_of(AF_INET, SOCK_STREAM, IPPROTO_TCP, 8)));
    EXPECT_FALSE(is_closing(socket_of(AF_UNIX, SOCK_STREAM, 0, 4)));
    EXPECT_TRUE(is_listening(socket_of(AF_UNIX, SOCK_STREAM, 0, 10)));
    EXPECT_FALSE(is_listening(socket_of(AF_NETLINK, SOCK_RAW, 0, 10)));
}

template <typename T> std::optional<std::string> formatted(const T& address, bool raw = false) {
    return format_address({reinterpret_cast<const std::byte*>(&address), sizeof(address)}, raw);
}

std::optional<std::string> formatted(const std::string& bytes) {
    return format_address({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, false);
}

TEST(SocketAddress, OfTheInternet) {
    sockaddr_in inet{};
    inet.sin_family = AF_INET;
    inet.sin_port = htons(80);
    inet.sin_addr.s_addr = htonl(0x0a000001);
    EXPECT_EQ(formatted(inet), "10.0.0.1:80");
    EXPECT_EQ(formatted(inet, true), "10.0.0.1");
    sockaddr_in6 inet6{};
    inet6.sin6_family = AF_INET6;
    inet6.sin6_port = htons(443);
    EXPECT_EQ(formatted(inet6), "[::]:443");
    inet_pton(AF_INET6, "fe80::1", &inet6.sin6_addr);
    inet6.sin6_scope_id = 2;
    EXPECT_EQ(formatted(inet6), "[fe80::1%2]:443");
    EXPECT_EQ(formatted(inet6, true), "[fe80::1%2]");
}

TEST(SocketAddress, OfTheOthers) {
    sockaddr_nl netlink{};
    netlink.nl_family = AF_NETLINK;
    netlink.nl_pid = 812;
    EXPECT_EQ(formatted(netlink), "812");
    sockaddr_ll packet{};
    packet.sll_family = AF_PACKET;
    EXPECT_EQ(formatted(packet), "*");
    packet.sll_ifindex = 3;
    EXPECT_EQ(formatted(packet), "ifindex 3");
    sockaddr_vm vsock{};
    vsock.svm_family = AF_VSOCK;
    vsock.svm_cid = 3;
    vsock.svm_port = UINT32_MAX;
    EXPECT_EQ(formatted(vsock), "3:*");
    EXPECT_EQ(formatted(std::string("\x63\x00whatever", 10)), "");
}

TEST(SocketAddress, OfUnix) {
    const std::string family("\x01\x00", 2);
    EXPECT_EQ(formatted(family), "");
    EXPECT_EQ(formatted(family + "/run/x.sock"), "/run/x.sock");
    EXPECT_EQ(formatted(family + std::string("/run/x\0rest", 11)), "/run/x");
    EXPECT_EQ(formatted(family + std::string("\0a\0b", 4)), "@a@b");
    EXPECT_EQ(formatted(family + "/tmp/\x1b[2J\n"), "/tmp/?[2J?");
    EXPECT_FALSE(formatted(family + std::string(109, 'x')));
}

TEST(SocketAddress, RefusesWhatIsTooShort) {
    sockaddr_in inet{};
    inet.sin_family = AF_INET;
    const std::string whole(reinterpret_cast<const char*>(&inet), sizeof(inet));
    EXPECT_TRUE(formatted(whole));
    for (size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(formatted(whole.substr(0, length))) << length;
}

} // namespace
} // namespace ghostmem
