// Tests decode() with a census and its sockets.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/base/error.h"
#include "support/captures.h"

namespace ghostmem {
namespace {

using namespace test;

std::string socket_message(const Attrs& socket) {
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_SOCKET, socket));
}

std::string census_message(const Attrs& census) {
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_CENSUS, census));
}

TEST(SocketCodec, DecodesACensus) {
    const Reply reply = decode_all(sockets_capture());
    EXPECT_TRUE(reply.finished);
    ASSERT_TRUE(reply.census);
    const Census& census = *reply.census;
    EXPECT_EQ(census.sockets, 2U);
    EXPECT_EQ(census.namespaces, 1U);
    EXPECT_EQ(census.duration_ns, 1'500'000U);
    EXPECT_EQ(census.memory_bytes, 4096U);
    EXPECT_EQ(census.held.skbs, 3U);
    EXPECT_EQ(census.held.bytes, 3000U);
    EXPECT_EQ(census.held.truesize_bytes, 6912U);
    ASSERT_TRUE(census.held.pinned);
    EXPECT_EQ(census.held.pinned->pages, 17U);
    EXPECT_EQ(census.held.pinned->blocks, 3U);
    EXPECT_EQ(census.held.pinned->shared_pages, 8U);
    EXPECT_EQ(census.held.pinned->tracked_pages, 9U);
    EXPECT_EQ(census.held.pinned->slab_bytes, 768U);
    EXPECT_EQ(census.held.pinned->vmalloc_bytes, 8192U);
    EXPECT_EQ(census.held.pinned->mapped_pages, 2U);
    ASSERT_EQ(census.held.pinned->orders.size(), size_t{GHOSTMEM_ORDERS});
    EXPECT_EQ(census.held.pinned->orders[3], 2U);
    ASSERT_EQ(census.missed.size(), 1U);
    EXPECT_EQ(census.missed[0].name, "busy");
    EXPECT_EQ(census.missed[0].count, 4U);
}

TEST(SocketCodec, DecodesASocket) {
    const Reply reply = decode_all(sockets_capture());
    ASSERT_EQ(reply.sockets.size(), 2U);
    const Socket& socket = reply.sockets[0];
    EXPECT_EQ(socket.inode, 4711U);
    EXPECT_EQ(socket.cookie, 0x1000U + 4711);
    EXPECT_EQ(socket.netns, 4026531840U);
    EXPECT_EQ(socket.family, uint32_t{AF_INET});
    EXPECT_EQ(socket.state, 1U);
    EXPECT_EQ(socket.uid, 33U);
    EXPECT_EQ(socket.ifindex, 2U);
    EXPECT_TRUE(socket.has(GHOSTMEM_SOCKET_F_CHANGED));
    EXPECT_EQ(socket.local, "10.0.0.2:80");
    EXPECT_EQ(socket.remote, "10.0.0.9:40412");
    EXPECT_EQ(socket.owner_count, 3U);
    ASSERT_EQ(socket.owners.size(), 2U);
    EXPECT_EQ(socket.owners[1].pid, 813U);
    EXPECT_EQ(socket.owners[1].fd, 11U);
    EXPECT_EQ(socket.owners[1].comm, "nginx");
    ASSERT_EQ(socket.queues.size(), 2U);
    EXPECT_EQ(socket.queues[1].name, "out_of_order");
    EXPECT_EQ(socket.queues[1].held.pinned->pages, 17U);
    EXPECT_TRUE(socket.queues[1].held.pinned->orders.empty());
    ASSERT_EQ(socket.meminfo.size(), 9U);
    EXPECT_EQ(socket.meminfo[SK_MEMINFO_DROPS], 5U);
    EXPECT_EQ(socket.frags_max, 17U);
    EXPECT_EQ(socket.oldest_ms, 7'200'123U);
    EXPECT_EQ(socket.read_ms, 7'300'000U);
    EXPECT_EQ(socket.arrived_ms, 12U);
}

TEST(SocketCodec, WhatIsAbsentIsNotKnown) {
    const Socket socket = decode_all(sockets_capture()).sockets.at(1);
    EXPECT_EQ(socket.local, "@box");
    EXPECT_EQ(socket.remote, "");
    EXPECT_EQ(socket.holder, 4713U);
    EXPECT_EQ(socket.ifindex, 0U);
    EXPECT_FALSE(socket.uid);
    EXPECT_TRUE(socket.owners.empty());
    EXPECT_TRUE(socket.meminfo.empty());
    EXPECT_FALSE(socket.frags_max);
    EXPECT_FALSE(socket.oldest_ms);
    EXPECT_FALSE(socket.read_ms);
    EXPECT_FALSE(socket.arrived_ms);
    EXPECT_EQ(socket.held.pinned->shared_pages, 0U);
    EXPECT_TRUE(socket.held.pinned->orders.empty());
}

TEST(SocketCodec, RefusesWhatIsIncomplete) {
    const auto refused = ErrorKind::protocol;
    EXPECT_EQ(kind_of(census_message(Attrs())), refused);
    EXPECT_EQ(kind_of(census_message(Attrs().u32(GHOSTMEM_CENSUS_A_SOCKETS, 1))), refused);
    EXPECT_EQ(kind_of(socket_message(Attrs())), refused);
    EXPECT_EQ(kind_of(socket_message(Attrs().u64(GHOSTMEM_SOCKET_A_COOKIE, 1))), refused);
    EXPECT_EQ(kind_of(operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs())), refused);
}

// The last attribute of a type wins, so appending a bad one overrides the valid one.
TEST(SocketCodec, RefusesWrongSizes) {
    const auto refused = [](const Attrs& socket) {
        EXPECT_EQ(kind_of(socket_message(socket)), ErrorKind::protocol);
    };
    EXPECT_EQ(decode_all(socket_message(socket_attrs())).sockets.size(), 1U);
    refused(socket_attrs().u32(GHOSTMEM_SOCKET_A_COOKIE, 1));
    refused(socket_attrs().u64(GHOSTMEM_SOCKET_A_FAMILY, 2));
    refused(socket_attrs().raw(GHOSTMEM_SOCKET_A_MEMINFO, "12"));
    refused(socket_attrs().raw(GHOSTMEM_SOCKET_A_MEMINFO, std::string(1000, 'x')));
    refused(socket_attrs().nest(GHOSTMEM_SOCKET_A_OWNER, Attrs()));
    refused(socket_attrs().nest(GHOSTMEM_SOCKET_A_QUEUE, Attrs()));
    refused(socket_attrs().raw(GHOSTMEM_SOCKET_A_QUEUE, "12345"));
    refused(socket_attrs().nest(GHOSTMEM_SOCKET_A_HELD,
                                held_attrs().raw(GHOSTMEM_HELD_A_ORDERS, std::string(8, 'x'))));
    refused(socket_attrs().nest(GHOSTMEM_SOCKET_A_HELD, held_attrs().u32(GHOSTMEM_HELD_A_SKBS, 1)));
    EXPECT_EQ(kind_of(census_message(census_attrs().raw(GHOSTMEM_CENSUS_A_MISSED, "12345"))),
              ErrorKind::protocol);
}

TEST(SocketCodec, RefusesAddressesThatAreNone) {
    const auto address = [](const std::string& bytes) {
        return socket_message(socket_attrs().raw(GHOSTMEM_SOCKET_A_LOCAL, bytes));
    };
    const std::string inet = std::string("\x02\x00", 2) + std::string(14, 'x');
    EXPECT_EQ(decode_all(address(inet)).sockets.size(), 1U);
    EXPECT_EQ(kind_of(address(inet.substr(0, 15))), ErrorKind::protocol);
    EXPECT_EQ(kind_of(address(std::string("\x0a\x00", 2) + std::string(20, 'x'))),
              ErrorKind::protocol);
    EXPECT_EQ(kind_of(address("x")), ErrorKind::protocol);
    EXPECT_EQ(kind_of(address(std::string(200, 'x'))), ErrorKind::protocol);
}

TEST(SocketCodec, APacketSocketsProtocolIsInItsAddress) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = 2;
    const std::string bytes(reinterpret_cast<const char*>(&address), sizeof(address));
    const Attrs socket = socket_attrs()
                             .u32(GHOSTMEM_SOCKET_A_FAMILY, AF_PACKET)
                             .u32(GHOSTMEM_SOCKET_A_PROTOCOL, 0)
                             .raw(GHOSTMEM_SOCKET_A_LOCAL, bytes);
    EXPECT_EQ(decode_all(socket_message(socket)).sockets.at(0).protocol, uint32_t{ETH_P_ALL});
    EXPECT_EQ(decode_all(socket_message(socket)).sockets.at(0).local, "ifindex 2");
}

TEST(SocketCodec, ADumpsHeadHasNeitherCensusNorSocket) {
    const Reply reply =
        decode_all(operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().u32(GHOSTMEM_A_TOP, 20)));
    EXPECT_FALSE(reply.census);
    EXPECT_TRUE(reply.sockets.empty());
}

TEST(SocketCodec, RefusesMoreOwnersThanThereAre) {
    EXPECT_EQ(kind_of(socket_message(socket_attrs().u32(GHOSTMEM_SOCKET_A_OWNERS, 1))),
              ErrorKind::protocol);
}

TEST(SocketCodec, KeepsTerminalsSafe) {
    Attrs owner;
    owner.u32(GHOSTMEM_OWNER_A_PID, 1)
        .u32(GHOSTMEM_OWNER_A_FD, 2)
        .string(GHOSTMEM_OWNER_A_COMM, "\x1b[2J");
    const Attrs socket =
        socket_attrs()
            .nest(GHOSTMEM_SOCKET_A_OWNER, owner)
            .raw(GHOSTMEM_SOCKET_A_LOCAL, std::string("\x01\x00/tmp/\x1b[m\n", 11));
    const Socket decoded = decode_all(socket_message(socket)).sockets.at(0);
    EXPECT_EQ(decoded.owners.back().comm, "?[2J");
    EXPECT_EQ(decoded.local, "/tmp/?[m?");
}

TEST(SocketCodec, SeesThatADumpWasCutShort) {
    MessageHead head;
    head.flags = NLM_F_MULTI | NLM_F_DUMP_INTR;
    EXPECT_TRUE(decode_all(census_message(census_attrs()) + done_message(0, head)).interrupted);
}

} // namespace
} // namespace ghostmem
