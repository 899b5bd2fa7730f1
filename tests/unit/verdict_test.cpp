#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/findings/verdict.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr uint64_t mib = 1024 * 1024;

struct VerdictTest : testing::Test {
    Ledger ledger = healthy_ledger();
    std::optional<Status> status = recording_status();
    std::vector<SiteView> sites;

    Verdict verdict() { return judge({ledger, status, sites}); }
    void hold(uint64_t pages, std::initializer_list<const char*> frames) {
        sites.push_back(
            make_view(site(static_cast<uint32_t>(sites.size() + 2), pages, stack(frames)), 4096));
    }
};

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
                               HasSubstr("12288 bytes taken in lab_probe"))));
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

struct GrowthVerdictTest : VerdictTest {
    // Growth in pages, over 10 seconds and over 10 minutes.
    void grow(uint64_t pages, uint64_t in_10s, uint64_t in_10min) {
        Site growing = site(2, pages, stack({"__alloc_pages", "nic_fill [nic]"}));
        growing.trends = {{10, pages, pages - in_10s}, {600, pages, pages - in_10min}};
        sites = {make_view(growing, 4096)};
    }
};

TEST_F(GrowthVerdictTest, GrowthComesBeforeSize) {
    grow(20'000, 64, 3840); // 90 MiB an hour
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(AllOf(HasSubstr("nic_fill [nic] holds 78.1 MiB"),
                                                  HasSubstr("grows by 90.0 MiB an hour"))));
    grow(70'000, 64, 3840);
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    ledger = leaky_ledger();
    EXPECT_THAT(verdict().reasons.front(), HasSubstr("grows by"));
}

// Only the windows of ten seconds are known, or the long ones show no growth.
struct YoungGrowthTest : GrowthVerdictTest {
    void rise(uint32_t rises, std::initializer_list<const char*> frames, bool old = false) {
        Site growing = site(2, 90'000, stack(frames));
        growing.trends = {{10, 90'000, 90'000 - 2560, rises}};
        if (old)
            growing.trends.push_back({600, 80'000, 80'000, 0});
        sites = {make_view(growing, 4096)};
    }
};

TEST_F(YoungGrowthTest, AMinuteOnEndIsAWarning) {
    rise(5, {"__alloc_pages", "nic_fill [nic]"});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    rise(6, {"__alloc_pages", "nic_fill [nic]"});
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons,
                ElementsAre(AllOf(HasSubstr("nic_fill [nic] holds 351.6 MiB"),
                                  HasSubstr("grows by 3.5 GiB an hour"),
                                  HasSubstr("for 1m it has never held less than 10s before"))));
}

TEST_F(YoungGrowthTest, AnOldSiteIsGivenTenMinutes) {
    rise(59, {"__alloc_pages", "nic_fill [nic]"}, true);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    rise(60, {"__alloc_pages", "nic_fill [nic]"}, true);
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
}

TEST_F(YoungGrowthTest, SaysHowLongMemoryLasts) {
    rise(6, {"__alloc_pages", "nic_fill [nic]"});
    VerdictInput input{.ledger = ledger, .status = status, .sites = sites};
    input.available_bytes = 1800 * mib;
    EXPECT_THAT(judge(input).reasons,
                Contains(HasSubstr("; available memory (1.8 GiB) lasts for 30m at this rate")));
    input.available_bytes = uint64_t{1} << 50;
    EXPECT_THAT(judge(input).reasons, Not(Contains(HasSubstr("available memory"))));
}

// A leak that begins in an old site shows in the short windows, whatever the long ones show.
TEST_F(YoungGrowthTest, ALittleInTheLongWindowsHidesNothing) {
    rise(60, {"__alloc_pages", "nic_fill [nic]"}, true);
    sites[0].growth[1].bytes_per_s = 10;
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
}

// Of samples: a ring that turns over rises and falls by chance, a leak does not.
struct SampledGrowthTest : VerdictTest {
    void sampled(uint64_t freed, uint64_t oldest_s, std::vector<Trend> trends) {
        Site one = site(2, 90'000, stack({"__alloc_pages", "nic_fill [nic]"}));
        one.alloc_pages = 90'000 + freed;
        one.free_pages = freed;
        one.oldest_s = oldest_s;
        one.live_error = Uncertainty{90'000.0 * 128, 128};
        one.trends = std::move(trends);
        sites = {make_view(one, 4096)};
    }
};

TEST_F(SampledGrowthTest, TwelveRisesOfALeakAreAWarning) {
    sampled(0, 300, {{10, 90'000, 90'000 - 2560, 11}});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    sampled(0, 300, {{10, 90'000, 90'000 - 2560, 12}});
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
}

TEST_F(SampledGrowthTest, RisesWithinTheirChanceAreNone) {
    // 180 MiB an hour, were they not of a ring that is new every few seconds.
    sampled(9'000'000, 5, {{10, 90'000, 90'000 - 128, 12}});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(SampledGrowthTest, LongWindowsOfWhatTurnsOverToo) {
    const std::vector<Trend> trends{{10, 90'000, 89'800, 1}, {600, 90'000, 85'000, 1}};
    sampled(9'000'000, 5, trends);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    // The same of memory of which nothing was given back, over four hours.
    sampled(0, 14'400, trends);
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
}

// zram that fills up is no leak, however long that takes.
TEST_F(YoungGrowthTest, AKnownHolderIsNotAccused) {
    rise(200, {"__alloc_pages", "alloc_zspage [zsmalloc]", "zs_malloc [zsmalloc]"});
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

// A leak that is found by a later check is listed before a warning from an earlier one.
TEST_F(GrowthVerdictTest, TheGravestReasonComesFirst) {
    grow(20'000, 64, 3840);
    ledger = leaky_ledger();
    const Verdict both = verdict();
    EXPECT_EQ(both.level, VerdictLevel::leak);
    ASSERT_THAT(both.reasons, SizeIs(2));
    EXPECT_THAT(both.reasons, ElementsAre(HasSubstr("No line of /proc/meminfo accounts for"),
                                          HasSubstr("grows by 90.0 MiB an hour")));
}

TEST_F(GrowthVerdictTest, WhatBreathesDoesNotGrow) {
    grow(70'000, 0, 3840);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    grow(70'000, 640, 0);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    grow(70'000, 10, 600); // 14 MiB an hour
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    sites[0].growth.resize(1); // no long window has ended yet
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

// A hypervisor that reclaims more and more memory is not a leak; the same growth in a driver is.
TEST_F(GrowthVerdictTest, WhatTheHypervisorTakesDoesNotLeak) {
    grow(70'000, 640, 38400);
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    Site taken = sites[0].site;
    taken.frames = stack({"alloc_contig_range", "virtio_mem_fake_offline [virtio_mem]"});
    sites = {make_view(taken, 4096)};
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    taken.frames.back().state = CodeState::unloaded;
    sites = {make_view(taken, 4096)};
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
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
