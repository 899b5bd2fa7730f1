// Tests the sentence for each situation, and what sockets with a common cause pin together.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/sockets/finding.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr uint64_t gib_pages = 262'144;

struct SocketFindingTest : testing::Test {
    FakeHost host{testing::TempDir() + "/ghostmem-finding-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name()};
    std::vector<Socket> sockets;

    void SetUp() override { host.process(812, "nginx"); }
    void TearDown() override { std::filesystem::remove_all(host.root()); }

    Socket& add(const std::string& queue = "receive", uint64_t bytes = 3 * 1024 * 1024,
                uint64_t pages = 6 * gib_pages) {
        sockets.push_back(tcp_socket(100 + sockets.size()));
        hold(sockets.back(), queue, held(bytes, pages));
        return sockets.back();
    }
    std::optional<SocketFinding> find(SocketDump dump) {
        const SocketHolders holders(dump.sockets, host.root());
        Processes processes(host.root());
        const auto group = worst_group(dump, 4096, holders, processes);
        return group ? std::optional(tell(*group)) : std::nullopt;
    }
    SocketFinding finding() { return find(dump_of(sockets)).value(); }
    std::string text() { return finding().text(); }
};

TEST_F(SocketFindingTest, NothingPinnedIsNothingToSay) {
    EXPECT_FALSE(find(dump_of({})));
    EXPECT_FALSE(find(dump_of({tcp_socket(1)})));
}

TEST_F(SocketFindingTest, NotReadForATime) {
    add().read_ms = 11'520'000;
    EXPECT_EQ(text(), "nginx[812] fd 11 has not read for 3h 12m: 3.0 MiB unread pins 6.0 GiB; "
                      "restarting it frees 6.0 GiB.");
    EXPECT_EQ(finding().idle_ms, 11'520'000U);
    EXPECT_FALSE(finding().cannot_act);
}

TEST_F(SocketFindingTest, OldestForATime) {
    add().oldest_ms = 11'520'000;
    EXPECT_EQ(text(), "nginx[812] fd 11 has 3.0 MiB unread, the oldest of it for 3h 12m, that pins "
                      "6.0 GiB; restarting it frees 6.0 GiB.");
}

TEST_F(SocketFindingTest, WithoutATimeOnlyWhatIsKnown) {
    const char* sentence = "nginx[812] fd 11 has 3.0 MiB unread that pins 6.0 GiB; restarting it "
                           "frees 6.0 GiB.";
    add();
    EXPECT_EQ(text(), sentence);
    // A reading delay that is not unusual is not mentioned.
    sockets[0].read_ms = 9'000;
    EXPECT_EQ(text(), sentence);
}

TEST_F(SocketFindingTest, AStoppedProcessIsSaid) {
    host.process(812, "nginx", 'T');
    add().read_ms = 11'520'000;
    EXPECT_EQ(text(), "nginx[812] is stopped (T) with 3.0 MiB unread on fd 11 that pins 6.0 GiB; "
                      "kill -CONT 812 lets it go on, restarting it frees 6.0 GiB.");
    EXPECT_TRUE(finding().cannot_act);
    EXPECT_EQ(finding().process_state, "stopped (T)");
}

TEST_F(SocketFindingTest, ATracedProcessIsSaid) {
    host.process(812, "nginx", 't');
    add();
    EXPECT_EQ(text(), "nginx[812] is traced (t) with 3.0 MiB unread on fd 11 that pins 6.0 GiB; "
                      "detach its debugger, or restarting it frees 6.0 GiB.");
}

TEST_F(SocketFindingTest, AStuckProcessIsSaidIfItLeavesSomethingUnread) {
    host.process(812, "nginx", 'D');
    add();
    EXPECT_FALSE(finding().cannot_act);
    EXPECT_THAT(text(), HasSubstr("fd 11 has 3.0 MiB unread"));
    sockets[0].read_ms = 60'000;
    EXPECT_EQ(text(), "nginx[812] is uninterruptible (D) with 3.0 MiB unread on fd 11 that pins "
                      "6.0 GiB; no signal ends it: see in /proc/812/stack what it waits for.");
}

TEST_F(SocketFindingTest, ManySocketsOfOneProcess) {
    for (int i = 0; i < 4; ++i)
        add("receive", 1024 * 1024, gib_pages);
    sockets[2].read_ms = 60'000;
    sockets[3].read_ms = 120'000;
    EXPECT_EQ(text(), "nginx[812] has not read for up to 2m: 4.0 MiB unread in 4 sockets pins "
                      "4.0 GiB; restarting it frees 4.0 GiB.");
    EXPECT_EQ(finding().sockets, 4U);
    // Together they pin more than another socket that is larger than each of them.
    Socket& other = add("receive", 1024, 3 * gib_pages);
    other.owners = {{900, 3, "other"}};
    EXPECT_EQ(finding().who->pid, 812U);
}

// Unaccepted connections to a stopped process are attributed to that process.
TEST_F(SocketFindingTest, NotAcceptedAndNotReadAreOneCause) {
    host.process(811, "nginx", 'S');
    host.process(812, "nginx", 'T');
    host.socket(811, 6, 77);
    host.socket(812, 6, 77);
    add("receive", 1024 * 1024, 2 * gib_pages);
    Socket& waiting = add("receive", 1024 * 1024, gib_pages);
    waiting.inode = 0;
    waiting.owners.clear();
    waiting.owner_count = 0;
    waiting.flags = GHOSTMEM_SOCKET_F_UNACCEPTED;
    waiting.holder = 77;
    EXPECT_EQ(text(), "nginx[812] is stopped (T) with 2.0 MiB unread in 2 sockets, 1 of which it "
                      "has not accepted, that pins 3.0 GiB; kill -CONT 812 lets it go on, "
                      "restarting it frees 3.0 GiB.");
    // When most of the data waits to be sent, the sentence does not mention unaccepted connections.
    hold(sockets[0], "write", held(1024 * 1024, 8 * gib_pages));
    EXPECT_EQ(finding().situation, SocketSituation::unsent);
    EXPECT_THAT(text(), HasSubstr("1.0 MiB to send in 2 sockets that the peer does not take"));
    sockets.erase(sockets.begin());
    EXPECT_EQ(text(), "nginx[812] is stopped (T) and has not accepted 1 connection at the "
                      "listening socket of inode 77, with 1.0 MiB unread that pins 1.0 GiB; kill "
                      "-CONT 812 lets it go on, restarting it frees 1.0 GiB.");
    host.process(812, "nginx", 'S');
    EXPECT_EQ(text(), "nginx[811] has not accepted 1 connection at the listening socket of inode "
                      "77, with 1.0 MiB unread that pins 1.0 GiB; restarting it frees 1.0 GiB.");
    std::filesystem::remove_all(host.root() / "proc");
    EXPECT_EQ(text(), "1 connection waits in the listening socket of inode 77, which no process "
                      "that can be seen has open, with 1.0 MiB unread that pins 1.0 GiB.");
}

TEST_F(SocketFindingTest, WhatIsNotTakenIsThePeersFault) {
    Socket& socket = add("write", 8 * 1024 * 1024, gib_pages);
    socket.remote = "10.0.0.9:443";
    EXPECT_EQ(text(), "nginx[812] fd 11 has 8.0 MiB to send that 10.0.0.9:443 does not take: that "
                      "pins 1.0 GiB; restarting it frees 1.0 GiB.");
}

TEST_F(SocketFindingTest, OutOfOrderErrorsAndRings) {
    add("out_of_order");
    EXPECT_EQ(text(), "nginx[812] fd 11 waits for data that got lost on the way: 3.0 MiB behind it "
                      "pins 6.0 GiB; restarting it frees 6.0 GiB.");
    sockets.clear();
    add("error");
    EXPECT_EQ(text(), "nginx[812] fd 11 does not read its error queue, which pins 6.0 GiB; "
                      "restarting it frees 6.0 GiB.");
    sockets.clear();
    add("rx_ring", 0);
    EXPECT_EQ(text(), "nginx[812] fd 11 has asked for packet rings of 6.0 GiB; ending it, or a "
                      "smaller ring, frees 6.0 GiB.");
    EXPECT_EQ(finding().situation, SocketSituation::ring);
}

TEST_F(SocketFindingTest, InFlight) {
    Socket& socket = add();
    socket.flags = GHOSTMEM_SOCKET_F_IN_FLIGHT;
    socket.owners.clear();
    socket.owner_count = 0;
    socket.holder = 77;
    EXPECT_EQ(text(), "A tcp socket (inode 100) sent to the unix socket of inode 77, which nobody "
                      "seen reads, has 3.0 MiB unread that pins 6.0 GiB.");
    host.socket(812, 4, 77);
    EXPECT_EQ(text(), "A tcp socket (inode 100) sent to nginx[812] fd 4, which has not received "
                      "it, has 3.0 MiB unread that pins 6.0 GiB; restarting nginx[812] closes it "
                      "and frees 6.0 GiB.");
    sockets[0].holder = 0;
    EXPECT_THAT(text(), HasSubstr("sent to a unix socket that is itself in flight"));
}

TEST_F(SocketFindingTest, Orphans) {
    Socket& socket = add("write", 8 * 1024 * 1024, gib_pages);
    socket.inode = 0;
    socket.owners.clear();
    socket.owner_count = 0;
    socket.flags = GHOSTMEM_SOCKET_F_ORPHAN;
    socket.state = TCP_FIN_WAIT1;
    EXPECT_EQ(text(), "A connection whose process has closed it (FIN-WAIT-1) has 8.0 MiB to send "
                      "that pins 1.0 GiB; the peer's answer or a time-out ends it, ss -K state "
                      "fin-wait-1 at once.");
    sockets.push_back(sockets[0]);
    EXPECT_THAT(text(), HasSubstr("2 connections whose process has closed them"));
}

TEST_F(SocketFindingTest, NobodysHaveNoRemedy) {
    Socket& socket = add();
    socket.owners.clear();
    socket.owner_count = 0;
    EXPECT_EQ(text(), "A tcp socket (inode 100) 10.0.0.2:80 that no process in sight has open pins "
                      "6.0 GiB.");
    sockets[0].flags = GHOSTMEM_SOCKET_F_KERNEL;
    EXPECT_EQ(text(), "The kernel's own tcp socket (inode 100) 10.0.0.2:80 pins 6.0 GiB.");
    EXPECT_EQ(finding().remedy, "");
    // The socket is open, but in another pid namespace.
    sockets[0].flags = 0;
    sockets[0].owner_count = 1;
    sockets[0].owners = {{0, 5, "hidden"}};
    EXPECT_EQ(finding().situation, SocketSituation::unowned);
    EXPECT_EQ(finding().remedy, "");
}

TEST_F(SocketFindingTest, SharedByProcesses) {
    add().owners = {{812, 11, "nginx"}, {813, 11, "nginx"}};
    EXPECT_THAT(text(), HasSubstr("restarting it, and what else has them open, frees 6.0 GiB"));
}

// Two sockets share all their pages with each other: together they pin as much as one.
TEST_F(SocketFindingTest, SharedPagesCountOnce) {
    for (int i = 0; i < 2; ++i)
        add().held.pinned->shared_pages = 6 * gib_pages;
    EXPECT_EQ(finding().pinned_bytes, 6 * gib_pages * 4096);
    EXPECT_EQ(finding().frees_bytes, 6 * gib_pages * 4096);
    // If the other socket belongs to another process, closing this one frees nothing for certain.
    sockets[1].owners = {{900, 3, "other"}};
    EXPECT_EQ(finding().pinned_bytes, 6 * gib_pages * 4096);
    EXPECT_EQ(finding().frees_bytes, 0U);
    EXPECT_THAT(text(), HasSubstr("pins 6.0 GiB; restarting it frees nothing that other sockets do "
                                  "not hold as well."));
}

// Two sockets of 60 pages, 20 of them shared, and one of another process with 30 unshared pages.
TEST_F(SocketFindingTest, WhatOthersPinAloneIsNoPartOfIt) {
    for (int i = 0; i < 2; ++i)
        add("receive", 1000, 60).held.pinned->shared_pages = 20;
    add("receive", 1000, 30).owners = {{900, 3, "other"}};
    EXPECT_EQ(finding().who->pid, 812U);
    EXPECT_EQ(finding().pinned_bytes, 100U * 4096);
    EXPECT_EQ(finding().frees_bytes, 100U * 4096);
}

TEST_F(SocketFindingTest, WhatWasNotToldOfMayShareAll) {
    for (int i = 0; i < 3; ++i)
        add("receive", 1000, 60).held.pinned->shared_pages = 60;
    SocketDump dump = dump_of(sockets);
    EXPECT_EQ(find(dump)->frees_bytes, 90U * 4096);
    dump.census.sockets = 4;
    EXPECT_EQ(find(dump)->frees_bytes, 30U * 4096);
    dump.census.sockets = 10;
    EXPECT_EQ(find(dump)->frees_bytes, 0U);
}

TEST_F(SocketFindingTest, WhatWasNotToldOfMayBeMore) {
    for (int i = 0; i < 3; ++i)
        add();
    SocketDump dump = dump_of(sockets);
    dump.census.sockets = 10;
    dump.census.held.pinned->pages = 60 * gib_pages;
    const SocketFinding found = find(dump).value();
    EXPECT_THAT(found.sentence, HasSubstr("in at least 3 sockets"));
    EXPECT_EQ(found.frees_bytes, 18 * gib_pages * 4096);
    // If any sockets were omitted, they pin nothing, so the sentence must not say "at least".
    dump = dump_of(sockets);
    dump.sockets.push_back(tcp_socket(1));
    dump.census.sockets = 10;
    EXPECT_THAT(find(dump)->sentence, HasSubstr("in 3 sockets"));
}

TEST_F(SocketFindingTest, WhatPinsMostDecides) {
    Socket& socket = add("write", 1 << 20, 10);
    hold(socket, "receive", held(1000, 4096));
    EXPECT_EQ(situation_of(socket), SocketSituation::unread);
    hold(socket, "retransmit", held(1000, 8192));
    EXPECT_EQ(situation_of(socket), SocketSituation::unsent);
    socket.flags = GHOSTMEM_SOCKET_F_UNACCEPTED;
    EXPECT_EQ(situation_of(socket), SocketSituation::unaccepted);
}

} // namespace
} // namespace ghostmem
