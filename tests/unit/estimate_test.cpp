// Estimates from samples: checks the arithmetic against its definition, and the confidence
// intervals against randomly drawn samples.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "lib/attribution/estimate.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

Site sample(uint32_t id, uint32_t order, uint32_t level, uint64_t blocks) {
    Site site = test::site(id, blocks << order, stack({"__alloc_pages", "lab_take"}));
    site.order = order;
    site.level = level;
    site.allocs = blocks;
    site.frees = 0;
    return site;
}

TEST(SamplingProbability, IsWhatTheProtocolSays) {
    EXPECT_DOUBLE_EQ(sampling_probability(0, 0), 1);
    EXPECT_DOUBLE_EQ(sampling_probability(9, 0), 1);
    EXPECT_NEAR(sampling_probability(0, 7), 1 - std::exp(-1.0 / 128), 1e-12);
    EXPECT_NEAR(sampling_probability(3, 7), 1 - std::exp(-8.0 / 128), 1e-12);
    EXPECT_NEAR(sampling_probability(10, 7), 1 - std::exp(-8.0), 1e-12);
    EXPECT_NEAR(sampling_probability(0, 20), std::ldexp(1.0, -20), 1e-12);
    EXPECT_DOUBLE_EQ(sampling_probability(0xffffffff, 1), 1);
}

// Where there is no sample, there may be as much as a sample is missed with at odds of 1 to 40.
TEST(Margin, OfNothingSeen) {
    Status status;
    status.page_size = 4096;
    EXPECT_FALSE(Sampling(status).margin(std::nullopt));
    status.level = 7;
    const uint64_t most = *Sampling(status).margin(std::nullopt) / 4096;
    EXPECT_NEAR(static_cast<double>(most), 1.96 * 1.96 * 128, 3);
    EXPECT_LT(std::exp(-static_cast<double>(most) / 128), 0.025);
    EXPECT_EQ(Sampling(status).nothing_seen_bytes(), most * 4096);
}

TEST(Estimate, LeavesExactSitesAlone) {
    const std::vector<Site> sites = estimate({sample(2, 0, 0, 5), sample(3, 0, 0, 5)});
    ASSERT_EQ(sites.size(), 2U);
    EXPECT_EQ(sites[0].live_pages, 5U);
    EXPECT_FALSE(sites[0].live_error);
}

TEST(Estimate, WeighsEachSampleByItsProbability) {
    Site site = sample(2, 3, 7, 10);
    site.window_pages = 8;
    const std::vector<Site> sites = estimate({site});
    ASSERT_EQ(sites.size(), 1U);
    const double p = 1 - std::exp(-8.0 / 128);
    EXPECT_EQ(sites[0].live_pages, std::lround(80 / p));
    EXPECT_EQ(sites[0].allocs, std::lround(10 / p));
    EXPECT_EQ(sites[0].window_pages, std::lround(8 / p));
    ASSERT_TRUE(sites[0].live_error);
    EXPECT_NEAR(sites[0].live_error->variance, 10 * 64 * (1 - p) / (p * p), 1);
    EXPECT_NEAR(sites[0].live_error->weight, 8 * std::sqrt(1 - p) / p, 0.01);
    ASSERT_TRUE(sites[0].window_error);
    EXPECT_LT(margin_pages(*sites[0].window_error), margin_pages(*sites[0].live_error));
}

TEST(Estimate, MakesOneSiteOfItsLevels) {
    Site old = sample(2, 0, 9, 3);
    Site level_free = sample(5, 0, 0, 7);
    Site other_order = sample(4, 1, 7, 1);
    Site young = sample(3, 0, 7, 10);
    old.oldest_s = 900;
    old.oldest_pid = 77;
    young.oldest_s = 30;
    const std::vector<Site> sites = estimate({old, young, other_order, level_free});
    ASSERT_EQ(sites.size(), 2U);
    EXPECT_EQ(sites[0].slot, 2U);
    const double sum = 3 / sampling_probability(0, 9) + 10 / sampling_probability(0, 7) + 7;
    EXPECT_NEAR(static_cast<double>(sites[0].live_pages), sum, 2);
    EXPECT_EQ(sites[0].oldest_s, 900U);
    EXPECT_EQ(sites[0].oldest_pid, 77U);
    EXPECT_EQ(sites[1].order, 1U);
}

TEST(Estimate, WeighsAgesAndFloors) {
    Site old = sample(2, 0, 9, 3);
    old.trends = {{10, 3, 2}, {600, 1, 0}};
    Site young = sample(3, 0, 7, 10);
    young.ages = Ages{1, 2, 3, 4, 0, 0};
    young.trends = {{10, 5, 6}, {600, 0, 0}};
    const double heavy = 1 / sampling_probability(0, 9);
    const double light = 1 / sampling_probability(0, 7);
    const Site site = estimate({old, young})[0];
    EXPECT_EQ((*site.ages)[3], std::lround(4 * light));
    ASSERT_EQ(site.trends.size(), 2U);
    EXPECT_NEAR(static_cast<double>(site.trends[0].floor_pages), 3 * heavy + 5 * light, 2);
    EXPECT_NEAR(static_cast<double>(site.trends[0].before_pages), 2 * heavy + 6 * light, 2);
    EXPECT_NEAR(static_cast<double>(site.trends[1].floor_pages), heavy, 2);
    EXPECT_EQ(site.trends[1].span_s, 600U);
    // A window ended while the dump was running.
    old.trends.pop_back();
    EXPECT_EQ(estimate({old, young})[0].trends.size(), 1U);
    old.ages = Ages{1, 0, 0, 0, 0, 1};
    EXPECT_EQ((*estimate({old, young})[0].ages)[5], std::lround(heavy));
}

// OLDEST_MIN, which marks an age as a lower bound, is taken from the oldest page. Samples that
// differ only in this flag are still merged into one site.
TEST(Estimate, TellsTheFlagsOfTheOldest) {
    Site young = sample(2, 0, 7, 1);
    Site old = sample(3, 0, 9, 1);
    young.oldest_s = 5;
    old.oldest_s = 900;
    old.flags = GHOSTMEM_SITE_F_OLDEST_MIN;
    for (const auto& sites : {estimate({young, old}), estimate({old, young})}) {
        ASSERT_EQ(sites.size(), 1U);
        EXPECT_EQ(sites[0].flags, GHOSTMEM_SITE_F_OLDEST_MIN);
        EXPECT_EQ(sites[0].oldest_s, 900U);
    }
}

TEST(Estimate, HasTheTrendsThatAllLevelsHave) {
    Site old = sample(2, 0, 9, 3);
    Site young = sample(3, 0, 7, 10);
    old.trends = {{10, 3, 2}, {600, 1, 0}};
    young.trends = {{10, 5, 6}};
    EXPECT_EQ(estimate({old, young})[0].trends.size(), 1U);
    EXPECT_EQ(estimate({young, old})[0].trends.size(), 1U);
    young.trends.clear();
    EXPECT_EQ(estimate({old, young})[0].trends.size(), 0U);
}

// The same location in two builds of a module is different code.
TEST(Estimate, KeepsCodeApart) {
    Site one = sample(2, 0, 7, 1);
    Site other = sample(3, 0, 7, 1);
    one.frames[1].code = "srcversion:A";
    other.frames[1].code = "srcversion:B";
    EXPECT_EQ(estimate({one, other}).size(), 2U);
}

TEST(Estimate, IsSureOfWhatIsAlwaysTaken) {
    const std::vector<Site> sites = estimate({sample(2, 10, 3, 4)});
    EXPECT_EQ(sites[0].live_pages, 4096U);
    EXPECT_EQ(margin_pages(*sites[0].live_error), 0U);
    EXPECT_EQ(margin_pages({}), 0U);
}

TEST(Estimate, SurvivesAbsurdCounts) {
    Site site = sample(2, 63, 40, 1);
    site.live_pages = site.alloc_pages = ~uint64_t{0};
    EXPECT_GT(estimate({site})[0].live_pages, uint64_t{1} << 60);
}

// Draws samples of leaks of ten sizes many times: the estimates must be unbiased, and the intervals
// must contain the true value as often as promised, for few samples as well as for many.
TEST(Estimate, IntervalsHoldTheTruth) {
    std::mt19937_64 random(4711);
    constexpr int runs = 2000;
    constexpr uint32_t level = 7;
    for (const uint32_t order : {0U, 3U, 6U}) {
        for (uint64_t blocks = 16; blocks <= 8192; blocks *= 2) {
            std::binomial_distribution<uint64_t> drawn(blocks, sampling_probability(order, level));
            const double truth = std::ldexp(static_cast<double>(blocks), static_cast<int>(order));
            int held = 0;
            double sum = 0;
            for (int run = 0; run < runs; ++run) {
                const Site site = estimate({sample(2, order, level, drawn(random))})[0];
                const double found = static_cast<double>(site.live_pages);
                sum += found;
                held += std::abs(found - truth) <=
                        static_cast<double>(margin_pages(*site.live_error)) + 1;
            }
            EXPECT_GE(held, runs * 94 / 100) << blocks << " of order " << order;
            const double p = sampling_probability(order, level);
            const double deviation = std::sqrt((1 - p) / (p * static_cast<double>(blocks) * runs));
            EXPECT_NEAR(sum / runs / truth, 1, 4 * deviation) << blocks << " of order " << order;
        }
    }
}

Pinned pinned_blocks(size_t order, uint64_t blocks, uint64_t tracked) {
    Pinned pinned;
    pinned.orders.assign(GHOSTMEM_ORDERS, 0);
    pinned.orders[order] = blocks;
    pinned.blocks = blocks;
    pinned.pages = blocks << order;
    pinned.tracked_pages = tracked;
    return pinned;
}

TEST(RecordedPages, AreExactWhereNothingIsSampled) {
    EXPECT_EQ(recorded_pages(pinned_blocks(3, 100, 300), std::nullopt), 300U);
    EXPECT_EQ(recorded_pages(pinned_blocks(3, 100, 900), std::nullopt), 800U);
}

// All, half or none of the blocks were allocated since recording began, and are sampled
// accordingly.
TEST(RecordedPages, AreEstimatedFromSamples) {
    for (const size_t order : {0U, 3U, 5U}) {
        const uint64_t blocks = 100'000;
        const double probability = sampling_probability(static_cast<uint32_t>(order), 7);
        const auto samples =
            static_cast<uint64_t>(static_cast<double>(blocks << order) * probability);
        const auto near = [&](uint64_t tracked, double share) {
            const double pages = static_cast<double>(blocks << order);
            EXPECT_NEAR(
                static_cast<double>(recorded_pages(pinned_blocks(order, blocks, tracked), 7)),
                share * pages, 0.01 * pages)
                << order;
        };
        near(samples, 1);
        near(samples / 2, 0.5);
        near(0, 0);
        // By chance there may be more samples than expected, but the result is limited to the pages
        // that exist.
        EXPECT_EQ(recorded_pages(pinned_blocks(order, blocks, 2 * samples), 7), blocks << order);
    }
    EXPECT_EQ(recorded_pages({}, 7), 0U);
}

} // namespace
} // namespace ghostmem
