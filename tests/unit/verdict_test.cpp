#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/findings/rule.h"
#include "support/verdict_fixture.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST_F(VerdictTest, AHealthyHostIsOk) {
    hold(30'000, {"__alloc_pages", "nic_fill [nic]"});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    EXPECT_THAT(verdict().reasons, SizeIs(1));
}

TEST_F(VerdictTest, WhatAnUnloadedModuleHoldsIsALeak) {
    hold(3, {"__alloc_pages", "lab_probe [lab, unloaded]"});
    hold(1, {"__alloc_pages", "lab_open [lab, unloaded]"});
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    EXPECT_THAT(verdict().reasons,
                Contains(AllOf(HasSubstr("lab"), HasSubstr("16384 bytes"), HasSubstr("2 sites"),
                               HasSubstr("12.0 KiB (12288 bytes) taken in lab_probe"))));
}

TEST_F(VerdictTest, VmallocOfAnUnloadedModuleIsLostToo) {
    hold(3, {"__alloc_pages", "lab_probe [lab, unloaded]"});
    hold(2, {"vm_area_alloc_pages", "vmalloc", "lab_probe [lab, unloaded]"});
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("20480 bytes")));
}

TEST_F(VerdictTest, SharedPropertyOfUnloadedModulesDoesNotCount) {
    hold(3, {"__alloc_pages", "allocate_slab", "__kmalloc", "lab_probe [lab, unloaded]"});
    hold(3, {"__alloc_pages", "__stack_depot_save", "lab_probe [lab, unloaded]"});
    hold(0, {"__alloc_pages", "lab_probe [lab, unloaded]"});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(VerdictTest, GhostsAreALeakByShareOrBySize) {
    ledger.ghost = 1536 * mib; // less than 10 % of 16 GiB
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    ledger.ghost = 1639 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::leak);

    ledger.total = 1024 * 1024 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    ledger.ghost = 6 * 1024 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::leak);

    // On a small host the share alone decides.
    ledger.total = 2048 * mib;
    ledger.ghost = 500 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    ledger.ghost = 512 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
}

TEST_F(VerdictTest, GhostsOfExactlyTheShareAreALeak) {
    ledger.total = 20000 * mib;
    ledger.ghost = 2000 * mib;
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    ledger.ghost = 2000 * mib - 1;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

// vmalloc memory is not a ghost, no matter how large it is.
TEST_F(VerdictTest, TheLargestGhostIsAGhost) {
    ledger = leaky_ledger();
    hold(100, {"__alloc_pages", "small"});
    hold(900'000, {"vm_area_alloc_pages", "vmalloc", "nic_fill [nic]"});
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("400.0 KiB: small")));
}

TEST_F(VerdictTest, NamesTheLargestGhost) {
    ledger = leaky_ledger();
    hold(100, {"__alloc_pages", "small"});
    hold(900'000, {"__alloc_pages", "nic_fill [nic]"});
    hold(9'000'000, {"__alloc_pages", "allocate_slab", "kmem_cache_alloc", "dup_mmap"});
    EXPECT_THAT(verdict().reasons, Contains(AllOf(HasSubstr("8.5 GiB"), HasSubstr("53 %"),
                                                  HasSubstr("3.4 GiB: nic_fill [nic]"))));
}

TEST_F(VerdictTest, WithoutAModuleNothingCanBeSaid) {
    status.reset();
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("modprobe ghostmem")));
    ledger = leaky_ledger();
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
}

TEST_F(VerdictTest, WarnsWhenTheTrackerDoesNotTrack) {
    status->mode = Mode::off;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("mode=sampled")));
    status->disabled_reason = "a record was torn";
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("a record was torn")));
    EXPECT_THAT(verdict().reasons, SizeIs(1));
}

TEST_F(VerdictTest, DoesNotJudgeAStateThatPasses) {
    status->change = Change::arming;
    status->mode = Mode::off;
    status->hooks[0].state = HookState::detached;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, ElementsAre(HasSubstr("the tracker is arming")));
}

TEST_F(VerdictTest, WarnsOfHooksThatAreOrWereDeaf) {
    status->hooks[2].state = HookState::deaf;
    status->hooks[2].deaf_s = 12;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons,
                ElementsAre(AllOf(HasSubstr("Hook alloc_bulk has been deaf for 12s"),
                                  HasSubstr("kprobes/enabled"), HasSubstr("is not seen"))));
    status->hooks[2].state = HookState::attached;
    EXPECT_THAT(verdict().reasons, ElementsAre(HasSubstr("was deaf for 12s")));
}

TEST_F(VerdictTest, WarnsOfNeededHooksOnly) {
    status->hooks[2].state = HookState::missing;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    status->hooks[0].state = HookState::failed;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(AllOf(HasSubstr("page_alloc is failed"))));
}

TEST_F(VerdictTest, WarnsOfEventsThatCostBytes) {
    status->lost[1].count = 7; // sites_full loses only the name of a site
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    status->lost[0].count = 1;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("1 event (recursion)")));
    status->lost[0].count = 0;
    status->hooks[2].missed = 5;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("5 events to hook alloc_bulk")));
}

TEST_F(VerdictTest, ANameThatIsMissingCostsNoBytes) {
    status->lost = {{"unnamed", 7, "names that were not there"}};
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(VerdictTest, WhatWasSetUpSoIsNoLeak) {
    ledger = leaky_ledger();
    VerdictInput input{.ledger = ledger, .status = status, .sites = sites};
    EXPECT_EQ(judge(input).level, VerdictLevel::leak);
    input.on_purpose_bytes = 8000 * mib;
    EXPECT_EQ(judge(input).level, VerdictLevel::ok);
}

// A fourth of memory is a leak if nobody has asked for it.
TEST_F(VerdictTest, WhatAProcessAskedForIsNoLeakAndHasAName) {
    ledger.ghost = ledger.total / 2;
    std::vector<Holder> holders{{.name = "let_go",
                                 .what = "users' pages, let go of",
                                 .part = HolderPart::ghost,
                                 .bytes = ledger.ghost,
                                 .detail = "io_uring of server[12]: 1.0 MiB"}};
    const auto judged = [&] {
        return judge({.ledger = ledger, .status = status, .sites = sites, .holders = holders});
    };
    EXPECT_EQ(judged().level, VerdictLevel::leak);
    EXPECT_THAT(judged().reasons, Contains(HasSubstr("io_uring of server[12]")));
    holders[0].owned_bytes = ledger.ghost;
    EXPECT_EQ(judged().level, VerdictLevel::warn);
    EXPECT_EQ(judged().findings[0].confidence, Confidence::likely);
    EXPECT_THAT(judged().reasons, Contains(HasSubstr("io_uring of server[12]")));
}

// Who allocates a block of the shared fragment cache may not be who keeps it.
TEST_F(VerdictTest, WhoRefillsTheSharedFragmentsIsNotNamedAlone) {
    ledger = leaky_ledger();
    hold(100'000, {"__alloc_pages", "page_frag_alloc_align", "__netdev_alloc_frag_align",
                   "nic_refill [nic]"});
    EXPECT_THAT(verdict().reasons,
                Contains(HasSubstr("nic_refill [nic] (blocks of the shared fragment cache")));
}

TEST_F(VerdictTest, WhoRefilledTheSharedFragmentsAndIsGoneLeftNothing) {
    hold(1'000, {"__alloc_pages", "page_frag_alloc_align", "__netdev_alloc_frag_align",
                 "nic_refill [nic, unloaded]"});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(VerdictTest, SaysHowToNarrowDownWhatWasTakenBefore) {
    ledger = leaky_ledger();
    VerdictInput input{.ledger = ledger, .status = status, .sites = sites};
    input.before_load_bytes = 7 * 1024 * mib;
    EXPECT_THAT(judge(input).reasons,
                Contains(AllOf(HasSubstr("7.0 GiB of ghosts ("), HasSubstr("leakctl trace"))));
    input.before_load_bytes = 100 * mib;
    EXPECT_THAT(judge(input).reasons, Not(Contains(HasSubstr("leakctl trace"))));
}

TEST_F(VerdictTest, LimitsAreTheCallers) {
    VerdictInput input{.ledger = ledger, .status = status, .sites = sites};
    EXPECT_EQ(judge(input).level, VerdictLevel::ok);
    input.thresholds.ghost_bytes = 200 * mib;
    EXPECT_EQ(judge(input).level, VerdictLevel::leak);
}

TEST_F(VerdictTest, EachFindingNamesItsRule) {
    hold(3, {"__alloc_pages", "lab_probe [lab, unloaded]"});
    status->lost[0].count = 1;
    const Verdict verdict = this->verdict();
    ASSERT_THAT(verdict.findings, SizeIs(2));
    EXPECT_EQ(verdict.findings[0].rule, "unloaded_module");
    EXPECT_EQ(verdict.findings[0].bytes, 3U * 4096);
    EXPECT_THAT(verdict.findings[0].sites, ElementsAre(sites[0].id));
    EXPECT_EQ(verdict.findings[1].rule, "lost_events");
    std::set<std::string_view> names;
    for (const Rule* rule : all_rules()) {
        EXPECT_TRUE(names.insert(rule->name).second) << rule->name;
        for (const std::string_view text : {rule->finds, rule->levels, rule->sure, rule->check})
            EXPECT_TRUE(text.ends_with('.')) << rule->name << ": " << text;
    }
}

struct SocketVerdictTest : VerdictTest {
    std::optional<SocketSummary> sockets = SocketSummary();

    SocketFinding& pinning(uint64_t bytes) {
        SocketFinding& worst = sockets->worst.emplace();
        worst.pinned_bytes = worst.frees_bytes = bytes;
        worst.sentence = "nginx[812] fd 11 has 3.0 MiB unread";
        worst.remedy = "restarting it frees them";
        return worst;
    }
    Verdict with_sockets() { return judge({ledger, status, sites, {}, &*sockets}); }
};

TEST_F(SocketVerdictTest, NamesSocketsByShareOrBySize) {
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
    pinning(819 * mib); // less than 5 % of 16 GiB
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
    pinning(820 * mib);
    EXPECT_EQ(with_sockets().level, VerdictLevel::warn);
    EXPECT_THAT(
        with_sockets().reasons,
        testing::ElementsAre("nginx[812] fd 11 has 3.0 MiB unread; restarting it frees them."));
    pinning(1639 * mib);
    EXPECT_EQ(with_sockets().level, VerdictLevel::leak);
    ledger.total = 1024 * 1024 * mib;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
    pinning(6 * 1024 * mib);
    EXPECT_EQ(with_sockets().level, VerdictLevel::leak);
}

TEST_F(SocketVerdictTest, NamesWhatNobodyHasReadForLong) {
    pinning(64 * mib).idle_ms = 599'000;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
    pinning(64 * mib).idle_ms = 600'000;
    EXPECT_EQ(with_sockets().level, VerdictLevel::warn);
    pinning(63 * mib).idle_ms = 600'000;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
}

TEST_F(SocketVerdictTest, NamesWhoCannotRead) {
    pinning(64 * mib).cannot_act = true;
    EXPECT_EQ(with_sockets().level, VerdictLevel::warn);
    pinning(63 * mib).cannot_act = true;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
}

TEST_F(SocketVerdictTest, ARingWasAskedFor) {
    pinning(10 * 1024 * mib).situation = SocketSituation::ring;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
}

// Memory shared with other sockets is not freed.
TEST_F(SocketVerdictTest, CountsWhatIsCertain) {
    pinning(10 * 1024 * mib).frees_bytes = 10 * mib;
    EXPECT_EQ(with_sockets().level, VerdictLevel::ok);
}

TEST_F(SocketVerdictTest, GhostsSayWhatSocketsPin) {
    ledger = leaky_ledger();
    sockets->dump.census.held.pinned.emplace().pages = 512 * 1024;
    EXPECT_THAT(with_sockets().reasons, Contains(HasSubstr("; sockets pin 2.0 GiB.")));
}

} // namespace
} // namespace ghostmem
