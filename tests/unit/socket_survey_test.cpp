// Sockets without the module: from every namespace, with owners, and without other users' sockets.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include "lib/base/error.h"
#include "lib/sockets/survey.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A socket as sock_diag reports it: without owners and pinned memory.
Socket told(uint64_t inode, uint64_t truesize = 0, uint32_t netns = own_netns) {
    Socket socket = tcp_socket(inode);
    socket.cookie = 0x9000 + inode;
    socket.netns = netns;
    socket.owners.clear();
    socket.owner_count = 0;
    socket.held = {};
    socket.held.bytes = truesize / 2;
    socket.held.truesize_bytes = truesize;
    return socket;
}

struct SocketSurveyTest : testing::Test {
    FakeHost host{testing::TempDir() + "/ghostmem-survey-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name()};
    FakeDiag diag;
    SocketSurvey survey;

    void SetUp() override {
        host.process(812, "nginx");
        host.socket(812, 11, 1);
        host.process(900, "other", 'S', "/", other_netns);
        host.socket(900, 3, 3);
        diag.dumps[own_netns].sockets = {told(1, 1000), told(2, 300)};
        diag.dumps[other_netns].sockets = {told(3, 70, other_netns)};
    }
    void TearDown() override { std::filesystem::remove_all(host.root()); }

    std::vector<uint64_t> inodes() {
        survey = survey_sockets(diag, host.root());
        std::vector<uint64_t> found;
        for (const Socket& socket : survey.dump.sockets)
            found.push_back(socket.inode);
        return found;
    }
    const Socket& socket(uint64_t inode) {
        return *std::ranges::find(survey.dump.sockets, inode, &Socket::inode);
    }
};

TEST_F(SocketSurveyTest, LooksIntoEveryNamespace) {
    EXPECT_THAT(inodes(), UnorderedElementsAre(1, 2, 3));
    EXPECT_THAT(diag.asked, ElementsAre(own_netns, other_netns));
    const Census& census = survey.dump.census;
    EXPECT_EQ(census.sockets, 3U);
    EXPECT_EQ(census.namespaces, 2U);
    EXPECT_EQ(census.held.truesize_bytes, 1370U);
    EXPECT_EQ(census.held.bytes, 685U);
    EXPECT_FALSE(census.held.pinned);
    EXPECT_THAT(survey.notes, IsEmpty());
}

TEST_F(SocketSurveyTest, NamesOwners) {
    inodes();
    ASSERT_EQ(socket(1).owners.size(), 1U);
    EXPECT_EQ(socket(1).owners[0].pid, 812U);
    EXPECT_EQ(socket(1).owners[0].fd, 11U);
    EXPECT_EQ(socket(1).owner_count, 1U);
    EXPECT_THAT(socket(2).owners, IsEmpty());
    EXPECT_EQ(socket(3).owners.at(0).comm, "other");
}

TEST_F(SocketSurveyTest, NeverShowsOthersToTheUnprivileged) {
    host.privileged(false);
    // Orphaned, unaccepted and in-flight sockets have no owner.
    Socket orphan = told(0, 50);
    orphan.flags = GHOSTMEM_SOCKET_F_ORPHAN;
    diag.dumps[own_netns].sockets.push_back(orphan);
    EXPECT_THAT(inodes(), ElementsAre(1));
    EXPECT_THAT(diag.asked, ElementsAre(own_netns));
    EXPECT_EQ(survey.dump.census.sockets, 1U);
    EXPECT_EQ(survey.dump.census.held.truesize_bytes, 1000U);
    EXPECT_THAT(survey.notes,
                ElementsAre(HasSubstr("not those of others"), HasSubstr("1 network namespace")));
}

TEST_F(SocketSurveyTest, SaysWhichNamespacesMayNotBeEntered) {
    diag.before = [](const NetNamespace& where) {
        if (where.inode == other_netns)
            throw Error(ErrorKind::not_permitted, "no");
    };
    EXPECT_THAT(inodes(), UnorderedElementsAre(1, 2));
    EXPECT_THAT(survey.notes, ElementsAre(HasSubstr("1 network namespace may not be entered")));
}

TEST_F(SocketSurveyTest, ANamespaceThatHasGoneIsNoNews) {
    diag.before = [](const NetNamespace& where) {
        if (where.inode == other_netns)
            throw Error(ErrorKind::unreachable, "gone");
    };
    EXPECT_THAT(inodes(), UnorderedElementsAre(1, 2));
    EXPECT_THAT(survey.notes, IsEmpty());
    EXPECT_EQ(survey.dump.census.namespaces, 1U);
}

TEST_F(SocketSurveyTest, OtherFailuresAreFailures) {
    diag.before = [](const NetNamespace&) { throw Error(ErrorKind::io, "broken"); };
    EXPECT_THROW(inodes(), Error);
}

TEST_F(SocketSurveyTest, SaysOnOneLineWhatTheKernelDoesNotTell) {
    diag.dumps[own_netns].unanswered = {"vsock", "packet"};
    diag.dumps[other_netns].unanswered = {"vsock"};
    diag.dumps[own_netns].torn = {"tcp"};
    inodes();
    EXPECT_THAT(survey.notes, ElementsAre(HasSubstr("no sock_diag for packet, vsock:"),
                                          HasSubstr("tcp sockets kept changing")));
}

TEST_F(SocketSurveyTest, TellsOfEachSocketOnce) {
    diag.dumps[own_netns].sockets.push_back(told(1, 1000));
    EXPECT_THAT(inodes(), UnorderedElementsAre(1, 2, 3));
    EXPECT_EQ(survey.dump.census.held.truesize_bytes, 1370U);
}

TEST_F(SocketSurveyTest, LeavesOutItself) {
    std::filesystem::rename(host.root() / "proc/self", host.root() / "proc/55");
    std::filesystem::create_symlink("55", host.root() / "proc/self");
    std::filesystem::create_directories(host.root() / "proc/55/fd");
    host.socket(55, 3, 2);
    // A socket that another process has open, too, is not leakctl's own.
    host.socket(55, 4, 1);
    EXPECT_THAT(inodes(), UnorderedElementsAre(1, 3));
}

TEST_F(SocketSurveyTest, FindsWhoListens) {
    const auto listening = [](uint64_t inode, const char* local, uint32_t netns = own_netns) {
        Socket socket = told(inode, 0, netns);
        socket.state = TCP_LISTEN;
        socket.local = local;
        return socket;
    };
    const auto waiting = [](uint64_t cookie, const char* local) {
        Socket socket = told(0, 10);
        socket.cookie = cookie;
        socket.local = local;
        socket.flags = GHOSTMEM_SOCKET_F_UNACCEPTED;
        return socket;
    };
    diag.dumps[own_netns].sockets = {listening(10, "10.0.0.2:80"),
                                     listening(11, "[::]:443"),
                                     listening(12, "0.0.0.0:22", other_netns),
                                     waiting(1, "10.0.0.2:80"),
                                     waiting(2, "[fe80::1]:443"),
                                     waiting(3, "10.0.0.2:22"),
                                     waiting(4, "10.0.0.2:4430")};
    inodes();
    std::map<uint64_t, uint64_t> holders;
    for (const Socket& each : survey.dump.sockets) {
        if (each.inode == 0)
            holders[each.cookie] = each.holder;
    }
    EXPECT_EQ(holders, (std::map<uint64_t, uint64_t>{{1, 10}, {2, 11}, {3, 0}, {4, 0}}));
}

TEST_F(SocketSurveyTest, WhatOneDoesNotKnowNobodyKnows) {
    diag.dumps[own_netns].sockets[0].held.bytes.reset();
    inodes();
    EXPECT_FALSE(survey.dump.census.held.bytes);
    EXPECT_EQ(survey.dump.census.held.truesize_bytes, 1370U);
}

} // namespace
} // namespace ghostmem
