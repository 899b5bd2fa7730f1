// Growth in the verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/findings/growth.h"
#include "support/verdict_fixture.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

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

// Several stacks of one function, as `leakctl sites` shows them: in one row.
struct FunctionGrowthTest : VerdictTest {
    void add(std::vector<Trend> trends, const char* caller, uint64_t pages = 3000) {
        Site one = site(static_cast<uint32_t>(sites.size() + 2), pages,
                        stack({"__alloc_pages", "nic_fill [nic]", caller}));
        one.trends = std::move(trends);
        sites.push_back(make_view(one, 4096));
    }
};

TEST_F(FunctionGrowthTest, TellsWhatTheRowOfTheFunctionHolds) {
    add({{10, 3000, 3000 - 2560, 6}}, "nic_open [nic]");
    add({{10, 3000, 3000, 0}}, "nic_reset [nic]");
    const Verdict verdict = this->verdict();
    EXPECT_THAT(verdict.reasons, ElementsAre(AllOf(HasSubstr("nic_fill [nic] holds 23.4 MiB"),
                                                   HasSubstr("grows by 3.5 GiB an hour"),
                                                   HasSubstr("(its stacks: leakctl sites"))));
    EXPECT_THAT(verdict.findings[0].sites, ElementsAre(sites[0].id, sites[1].id));
}

// Each of 40 stacks grows by 7 MiB an hour, which is less than matters.
TEST_F(FunctionGrowthTest, ALeakThatIsSpreadOverStacks) {
    std::vector<std::string> callers;
    for (int i = 0; i < 40; ++i)
        callers.push_back("nic_open" + std::to_string(i) + " [nic]");
    for (const std::string& caller : callers)
        add({{10, 3000, 3000 - 5, 6}}, caller.c_str());
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    sites.resize(1);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(FunctionGrowthTest, AStackThatFluctuatesNeitherHidesNorLendsRises) {
    add({{10, 3000, 3000 - 2560, 6}}, "nic_open [nic]");
    add({{10, 2000, 3000, 0}}, "nic_reset [nic]");
    EXPECT_THAT(verdict().reasons, ElementsAre(HasSubstr("grows by 3.5 GiB an hour")));
    // One grows ever so slowly, the other has only just been filled.
    sites.clear();
    add({{10, 3000, 2999, 60}}, "nic_open [nic]");
    add({{10, 3000, 0, 1}}, "nic_reset [nic]");
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

// The old stack's age must not dilute what turned over in the young one.
TEST_F(FunctionGrowthTest, ChanceIsThatOfEachStack) {
    add({{10, 90'000, 90'000 - 128, 12}}, "nic_open [nic]", 90'000);
    add({{10, 3000, 3000, 0}}, "nic_reset [nic]");
    for (SiteView& view : sites)
        view.site.live_error = Uncertainty{static_cast<double>(view.site.live_pages) * 128, 128};
    sites[0].site.alloc_pages = 9'090'000;
    sites[0].site.free_pages = 9'000'000;
    sites[0].site.oldest_s = 5;
    sites[1].site.oldest_s = 900'000;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
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

// A leak of kmalloc'ed memory shows as slab that grows: a warning, whatever its size.
TEST_F(YoungGrowthTest, SlabThatCannotBeReclaimedIsAWarning) {
    rise(60, {"__alloc_pages", "allocate_slab", "__kmalloc", "nic_work [nic]"}, true);
    sites[0].growth[1].bytes_per_s = sites[0].growth[0].bytes_per_s;
    const Verdict verdict = this->verdict();
    EXPECT_EQ(verdict.level, VerdictLevel::warn);
    EXPECT_THAT(verdict.reasons,
                ElementsAre(AllOf(HasSubstr("nic_work [nic] holds 351.6 MiB of class slab"),
                                  HasSubstr("leakctl sites --class slab --sort growth"))));
    ASSERT_THAT(verdict.findings, SizeIs(1));
    EXPECT_EQ(verdict.findings[0].confidence, Confidence::possible);
    EXPECT_THAT(verdict.findings[0].sites, ElementsAre(sites[0].id));
}

// dentries and inodes grow for as long as there is room for them.
TEST_F(YoungGrowthTest, ACacheThatShrinksIsNotAccused) {
    rise(60, {"__alloc_pages", "allocate_slab", "kmem_cache_alloc", "d_alloc"});
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    sites[0].site.flags |= GHOSTMEM_SITE_F_RECLAIMABLE;
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(YoungGrowthTest, PageCacheAndProcessesAreNotAccused) {
    rise(60, {"__alloc_pages", "folio_alloc", "filemap_alloc_folio"});
    ASSERT_EQ(sites[0].cls, SiteClass::page_cache);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

// One leak may make both grow: the driver's pages come first.
TEST_F(YoungGrowthTest, NamesADriverAndSlab) {
    rise(60, {"__alloc_pages", "allocate_slab", "__kmalloc", "nic_work [nic]"});
    const SiteView slab = sites[0];
    rise(60, {"__alloc_pages", "nic_fill [nic]"});
    sites.push_back(slab);
    EXPECT_THAT(verdict().reasons,
                ElementsAre(HasSubstr("nic_fill [nic] holds"), HasSubstr("nic_work [nic] holds")));
}

TEST_F(VerdictTest, StandsOutByGrowthOrBySize) {
    const Thresholds limits;
    Site slab = site(2, 20'000, stack({"__alloc_pages", "allocate_slab", "__kmalloc", "f [nic]"}));
    EXPECT_TRUE(is_conspicuous(make_view(slab, 4096), limits, 1024 * mib));
    EXPECT_FALSE(is_conspicuous(make_view(slab, 4096), limits, 16 * 1024 * mib));
    slab.flags |= GHOSTMEM_SITE_F_RECLAIMABLE;
    EXPECT_FALSE(is_conspicuous(make_view(slab, 4096), limits, 1024 * mib));
    slab.flags = 0;
    slab.trends = {{10, 20'000, 20'000 - 2560, 6}};
    EXPECT_TRUE(is_conspicuous(make_view(slab, 4096), limits, 16 * 1024 * mib));
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

} // namespace
} // namespace ghostmem
