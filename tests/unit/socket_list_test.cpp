#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <sys/socket.h>

#include "lib/sockets/query.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::ElementsAre;

Socket holding(uint64_t inode, uint64_t bytes, uint64_t pages) {
    Socket socket = tcp_socket(inode);
    if (bytes + pages != 0)
        hold(socket, "receive", held(bytes, pages));
    return socket;
}

std::vector<uint64_t> order(std::vector<Socket> sockets, SocketSortKey key) {
    SocketListOptions options;
    options.sort = key;
    std::vector<uint64_t> inodes;
    for (const Socket& socket : select_sockets(std::move(sockets), options).sockets)
        inodes.push_back(socket.inode);
    return inodes;
}

TEST(SocketList, SortsByEachKey) {
    Socket a = holding(1, 1000, 80);
    Socket b = holding(2, 50'000, 40);
    Socket c = holding(3, 100, 24);
    a.held.pinned->slab_bytes = 7;
    b.held.pinned->slab_bytes = 9;
    c.held.pinned->slab_bytes = 8;
    b.read_ms = 500;
    c.oldest_ms = 600;
    const std::vector<Socket> all{c, b, a};
    EXPECT_THAT(order(all, SocketSortKey::pinned), ElementsAre(1, 2, 3));
    EXPECT_THAT(order(all, SocketSortKey::slab), ElementsAre(2, 3, 1));
    EXPECT_THAT(order(all, SocketSortKey::truesize), ElementsAre(2, 1, 3));
    EXPECT_THAT(order(all, SocketSortKey::bytes), ElementsAre(2, 1, 3));
    EXPECT_THAT(order(all, SocketSortKey::amplification), ElementsAre(3, 1, 2));
    EXPECT_THAT(order(all, SocketSortKey::age), ElementsAre(3, 2, 1));
}

TEST(SocketList, EachWordIsAKey) {
    for (const char* word : {"pinned", "slab", "truesize", "bytes", "amplification", "age"})
        EXPECT_EQ(name_of(parse_socket_sort(word).value()), word);
    EXPECT_FALSE(parse_socket_sort("rate"));
}

// A socket whose skb heads are slab objects pins no pages, but users look for it all the same.
TEST(SocketList, TiesGoByTruesizeThenSlab) {
    Socket charged = holding(1, 0, 0);
    charged.held.truesize_bytes = 100;
    Socket slab = holding(2, 0, 0);
    slab.held.pinned->slab_bytes = 1 << 20;
    EXPECT_THAT(order({holding(3, 0, 0), slab, charged}, SocketSortKey::pinned),
                ElementsAre(1, 2, 3));
}

TEST(SocketList, WhatIsNotKnownComesLast) {
    Socket unknown = tcp_socket(1);
    unknown.held = {};
    unknown.held.truesize_bytes = 1 << 30;
    EXPECT_THAT(order({unknown, tcp_socket(2)}, SocketSortKey::pinned), ElementsAre(2, 1));
    EXPECT_THAT(order({unknown, tcp_socket(2)}, SocketSortKey::truesize), ElementsAre(1, 2));
}

struct SocketFilters : testing::Test {
    SocketListOptions options;
    std::vector<uint64_t> matching() {
        std::vector<uint64_t> inodes;
        for (const Socket& socket : select_sockets(sample_sockets().sockets, options).sockets)
            inodes.push_back(socket.inode);
        return inodes;
    }
};

TEST_F(SocketFilters, Match) {
    options.filter.pid = 813; // not the first owner of the socket
    EXPECT_THAT(matching(), ElementsAre(18'002));
    options.filter = {};
    options.filter.netns = other_netns;
    EXPECT_THAT(matching(), ElementsAre(18'003));
    options.filter = {};
    options.filter.inode = 18'004;
    EXPECT_THAT(matching(), ElementsAre(18'004));
    options.filter = {};
    options.filter.family = FamilyFilter::parse("raw");
    EXPECT_THAT(matching(), ElementsAre(18'001));
    options.filter.pid = 812;
    EXPECT_THAT(matching(), ElementsAre());
}

TEST_F(SocketFilters, TotalsAreOfAllThatMatch) {
    options.filter.family = FamilyFilter::parse("inet");
    options.top = 1;
    const SocketSelection selection = select_sockets(sample_sockets().sockets, options);
    EXPECT_EQ(selection.sockets.size(), 1U);
    EXPECT_EQ(selection.matched, 4U);
    EXPECT_EQ(selection.matched_bytes, 24'000U);
    EXPECT_EQ(selection.matched_pinned_pages, 56U);
    EXPECT_EQ(selection.matched_shared_pages, 16U);
}

TEST(SocketHeld, AmplifiesWhereThereAreData) {
    EXPECT_DOUBLE_EQ(held(4096, 10).amplification(4096).value(), 10);
    EXPECT_FALSE(held(0, 10).amplification(4096));
    Held unknown;
    unknown.bytes = 5;
    EXPECT_FALSE(unknown.amplification(4096));
    EXPECT_FALSE(unknown.pinned_bytes(4096));
    EXPECT_EQ(held(1, UINT64_MAX / 2).pinned_bytes(4096), UINT64_MAX);
}

} // namespace
} // namespace ghostmem
