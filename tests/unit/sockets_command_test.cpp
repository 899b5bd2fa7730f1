// Runs `leakctl sockets`, and the socket part of `status`, against fake kernels.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sockets.h"
#include "commands/status.h"
#include "lib/base/error.h"
#include "lib/findings/report.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::commands {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct SocketsCommand : testing::Test {
    FakeHost host{testing::TempDir() + "/ghostmem-sockets-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name()};
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    SocketQuery query;

    void SetUp() override {
        std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", host.root() / "proc/meminfo");
        kernel.census = sample_sockets();
        Socket told = tcp_socket(7);
        told.held.pinned.reset();
        told.held.truesize_bytes = 4711;
        diag.dumps[own_netns].sockets = {told};
        host.process(812, "nginx", 'T', "/system.slice/docker-" + std::string(64, 'b') + ".scope");
        host.socket(812, 11, 7);
    }
    void TearDown() override { std::filesystem::remove_all(host.root()); }

    SocketsReport gathered() { return gather_sockets(kernel, diag, host.root(), query); }
    void fail(ErrorKind kind, const std::string& words) {
        kernel.before_sockets = [=] { throw Error(kind, words); };
    }
    StatusReport status_report() { return gather_status(kernel, host.root()); }
};

TEST_F(SocketsCommand, AsksTheModule) {
    const SocketsReport report = gathered();
    EXPECT_EQ(report.origin, SocketOrigin::module);
    EXPECT_EQ(report.page_size, 4096U);
    EXPECT_EQ(report.own_netns, own_netns);
    EXPECT_EQ(report.census.sockets, 7U);
    ASSERT_EQ(report.selection.sockets.size(), 7U);
    EXPECT_EQ(report.selection.sockets[0].inode, 18'001U);
    EXPECT_TRUE(diag.asked.empty());
    EXPECT_THAT(kernel.asked_tops, ElementsAre(std::nullopt));
    EXPECT_EQ(report.process(812)->state_words(), "stopped (T)");
    EXPECT_EQ(report.process(812)->container, std::string(12, 'b'));
    EXPECT_EQ(report.process(999), nullptr);
    const Socket& waiting = *std::ranges::find(report.selection.sockets, 0x4243U, &Socket::cookie);
    EXPECT_EQ(report.holders.of(waiting).at(0).pid, 811U);
}

// The module supports one sort order and no filter.
TEST_F(SocketsCommand, AsksForFewOnlyWhereThoseAreTheFirst) {
    query.list.top = 2;
    EXPECT_EQ(gathered().selection.sockets.size(), 2U);
    query.list.sort = SocketSortKey::age;
    EXPECT_EQ(gathered().selection.sockets.size(), 2U);
    query.list.sort = SocketSortKey::pinned;
    query.list.filter.family = FamilyFilter::parse("packet");
    EXPECT_EQ(gathered().selection.sockets.at(0).inode, 18'004U);
    EXPECT_THAT(kernel.asked_tops, ElementsAre(2U, std::nullopt, std::nullopt));
}

TEST_F(SocketsCommand, AnswersWithoutTheModule) {
    kernel.before_status = [] { throw module_not_loaded(); };
    const SocketsReport report = gathered();
    EXPECT_EQ(report.origin, SocketOrigin::sock_diag);
    EXPECT_THAT(report.why_not_module, HasSubstr("modprobe ghostmem"));
    ASSERT_EQ(report.selection.sockets.size(), 1U);
    EXPECT_EQ(report.selection.sockets[0].owners.at(0).pid, 812U);
    EXPECT_EQ(report.census.held.truesize_bytes, 4711U);
}

TEST_F(SocketsCommand, AnswersWhereTheModuleDoesNot) {
    for (const ErrorKind kind :
         {ErrorKind::unreachable, ErrorKind::not_permitted, ErrorKind::unsupported}) {
        fail(kind, "because");
        EXPECT_EQ(gathered().origin, SocketOrigin::sock_diag);
        EXPECT_EQ(gathered().why_not_module, "because");
    }
    fail(ErrorKind::wrong_abi, "versions differ");
    EXPECT_THROW(gathered(), Error);
    fail(ErrorKind::io, "broken");
    EXPECT_THROW(gathered(), Error);
}

TEST_F(SocketsCommand, AnInodeThatThereIsNotIsAnError) {
    query.list.filter.inode = 5;
    try {
        gathered();
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("no socket has inode 5"));
    }
    query.list.filter.inode = 18'002;
    EXPECT_EQ(gathered().selection.matched, 1U);
}

TEST_F(SocketsCommand, NamespacesAreResolvedAndNamed) {
    host.process(900, "other", 'S', "/", other_netns);
    query.netns = "900";
    SocketsReport report = gathered();
    ASSERT_EQ(report.selection.sockets.size(), 1U);
    EXPECT_EQ(report.selection.sockets[0].inode, 18'003U);
    query.netns = "red";
    EXPECT_THROW(gathered(), Error);
}

TEST_F(SocketsCommand, PrintsWhatItGathered) {
    std::ostringstream text;
    Context context{kernel, diag, clock, text, host.root()};
    EXPECT_EQ(sockets(context, query), 0);
    EXPECT_THAT(text.str(), HasSubstr("zebra[455] fd 9"));
    kernel.before_status = [] { throw module_not_loaded(); };
    EXPECT_EQ(sockets(context, query), 0);
    EXPECT_THAT(text.str(), HasSubstr("pinned pages need the module"));
}

TEST_F(SocketsCommand, StatusAsksForAFew) {
    const StatusReport report = status_report();
    EXPECT_THAT(kernel.asked_tops, ElementsAre(16384U));
    ASSERT_TRUE(report.sockets);
    EXPECT_EQ(report.sockets->worst->who->comm, "zebra");
    EXPECT_EQ(report.ghost_sockets_bytes(), kernel.census.census.held.pinned->pages * 4096);
    EXPECT_EQ(report.verdict.level, VerdictLevel::leak);
}

TEST_F(SocketsCommand, StatusCountsNoPageTwice) {
    Socket socket = tcp_socket(1);
    hold(socket, "receive", held(1000, 800));
    socket.held.pinned->tracked_pages = 300;
    kernel.census = dump_of({socket});
    kernel.held = {site(2, 1000, stack({"__alloc_pages", "nic_fill [nic]"}))};
    const StatusReport report = status_report();
    EXPECT_EQ(report.ghost_sockets_bytes(), 800U * 4096);
    EXPECT_EQ(report.ghost_sites_bytes(), 1000U * 4096);
    EXPECT_EQ(report.sockets_in_sites_bytes(), 300U * 4096);
    EXPECT_EQ(report.known_bytes(), 1500U * 4096);
    EXPECT_EQ(report.unattributed_bytes(), report.ledger.ghost - 1500 * 4096);
}

TEST_F(SocketsCommand, StatusOfATrackerSwitchedOffKnowsSockets) {
    kernel.state.mode = Mode::off;
    Socket socket = tcp_socket(1);
    hold(socket, "receive", held(1000, 800));
    kernel.census = dump_of({socket});
    const StatusReport report = status_report();
    EXPECT_TRUE(report.ghost_sockets_bytes());
    EXPECT_FALSE(report.ghost_sites_bytes());
    EXPECT_FALSE(report.sockets_in_sites_bytes());
    EXPECT_EQ(report.known_bytes(), report.ghost_sockets_bytes());
}

TEST_F(SocketsCommand, NoMoreIsKnownThanThereIs) {
    const StatusReport report = status_report(); // zebra pins 2.6 GiB on a host with 2 GiB
    EXPECT_EQ(report.known_bytes(), report.ledger.ghost);
    EXPECT_EQ(report.unattributed_bytes(), 0U);
}

TEST_F(SocketsCommand, WhatHasNoNameWasNotThereBefore) {
    Site unknown = site(2, 100, {});
    unknown.flags = GHOSTMEM_SITE_F_OTHER;
    kernel.census = dump_of({});
    kernel.held = {unknown};
    const StatusReport report = status_report();
    EXPECT_EQ(report.unnamed_bytes(), 100U * 4096);
    EXPECT_EQ(report.before_load_bytes(), report.ledger.ghost - 100 * 4096);
}

TEST_F(SocketsCommand, StatusDoesWithoutACensus) {
    fail(ErrorKind::unsupported, "the loaded ghostmem 0.1.0 is older");
    const StatusReport report = status_report();
    EXPECT_FALSE(report.sockets);
    EXPECT_FALSE(report.ghost_sockets_bytes());
    EXPECT_EQ(report.known_bytes(), report.ghost_sites_bytes());
    EXPECT_THAT(report.why_no_sockets, HasSubstr("is older"));
    fail(ErrorKind::io, "broken");
    EXPECT_THROW(status_report(), Error);
}

TEST_F(SocketsCommand, WhatAProcessLeavesUnreadIsNamedAndOverWhenItIsKilled) {
    std::vector<Socket> all;
    for (uint64_t i = 0; i < 3; ++i) {
        all.push_back(tcp_socket(100 + i));
        hold(all.back(), "receive", held(1 << 20, 12'000));
    }
    kernel.held.clear();
    kernel.census = dump_of(all);
    // 140 MiB are more than 5 % of 2 GB.
    EXPECT_EQ(status_report().verdict.level, VerdictLevel::warn);
    EXPECT_THAT(status_report().verdict.reasons.front(),
                HasSubstr("nginx[812] is stopped (T) with 3.0 MiB unread in 3 sockets"));
    kernel.census = dump_of({});
    EXPECT_EQ(status_report().verdict.level, VerdictLevel::ok);
}

} // namespace
} // namespace ghostmem::commands
