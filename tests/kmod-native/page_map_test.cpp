// Tests the page map alone: records, runs, the ends of leaves, ages, walks.
#include <random>

#include <gtest/gtest.h>

#include "support/kmod.h"

namespace ghostmem::native {
namespace {

// There are leaves on both sides of the end of a mid.
constexpr unsigned long base = (GM_MID_LEAVES - 1) << GM_LEAF_SHIFT;
constexpr unsigned long middle = base + GM_LEAF_PAGES;

struct Run {
    u32 site;
    unsigned long pages;
    bool operator==(const Run&) const = default;
};
using Runs = std::vector<Run>;

void PrintTo(const Run& run, std::ostream* out) {
    *out << run.pages << " of " << run.site;
}

void note_run(void* context, u32 site, unsigned long pages) {
    static_cast<Runs*>(context)->push_back({site, pages});
}

void ignore_leaf(void*, gm_map_leaf*, unsigned long) {}

void note_record(void* context, gm_record_t record) {
    static_cast<std::vector<u32>*>(context)->push_back(gm_record_site(record));
}

class PageMap : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_page_map_init(&map, ignore_leaf, nullptr), 0);
        ASSERT_EQ(gm_page_map_cover(&map, base), 0);
        ASSERT_EQ(gm_page_map_cover(&map, middle), 0);
    }
    void TearDown() override {
        gm_page_map_destroy(&map);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    long put(unsigned long pfn, unsigned long nr, u32 site) {
        runs.clear();
        return gm_page_map_swap(&map, pfn, nr, site ? gm_record(site, 1, 1) : 0, note_run, &runs);
    }
    u32 site_at(unsigned long pfn) { return gm_record_site(gm_page_map_get(&map, pfn)); }
    std::vector<u32> walk(unsigned long& cursor, unsigned leaves, bool& more) {
        std::vector<u32> seen;
        more = gm_page_map_walk(&map, &cursor, leaves, note_record, &seen);
        return seen;
    }

    gm_page_map map;
    Runs runs;
};

TEST_F(PageMap, AnyRecordKeepsItsFields) {
    std::mt19937_64 random(1);

    for (int i = 0; i < 10000; ++i) {
        // The bits of a pid beyond its field are dropped.
        u32 site = 1 + random() % ((1u << GM_SITE_BITS) - 1), pid = random();
        u64 clock = random() >> (random() % 60);
        u32 age = random() % GM_AGE_MAX;
        gm_record_t record = gm_record(site, pid, clock);
        EXPECT_EQ(gm_record_site(record), site);
        EXPECT_EQ(gm_record_pid(record), pid & GM_PID_MASK);
        EXPECT_EQ(gm_record_age(record, clock + age), age);
    }
}

// A reader's clock may be behind that of a record, whose age is then 0.
TEST_F(PageMap, WhatIsRecordedAfterTheReadersClockIsNew) {
    for (u64 ahead : {u64{1}, u64{2}, u64{GM_CLAMP_PERIOD - 1}})
        EXPECT_EQ(gm_record_age(gm_record(1, 0, 1000 + ahead), 1000), 0u) << ahead;
    EXPECT_EQ(gm_record_age(gm_record(1, 0, 1000), 1000 + GM_AGE_MAX + GM_CLAMP_PERIOD),
              GM_AGE_MAX);
}

// Covers ten years, with a clamp every GM_CLAMP_PERIOD and reads in between.
TEST_F(PageMap, AgesDoNotWrapWhileClampsComeInTime) {
    constexpr u64 born = (1UL << GM_STAMP_BITS) - 1000;
    gm_record_t* slot = gm_page_map_slot(&map, base);
    gm_record_t* untouched = gm_page_map_slot(&map, base + 1);

    put(base, 1, 0);
    gm_slot_replace(slot, gm_record(3, 77, born));
    for (u64 clock = born; clock < born + 20 * (1UL << GM_STAMP_BITS); clock += GM_CLAMP_PERIOD) {
        for (u64 look = clock; look < clock + GM_CLAMP_PERIOD; look += GM_CLAMP_PERIOD / 7 + 1) {
            ASSERT_EQ(gm_record_age(*slot, look), std::min<u64>(look - born, GM_AGE_MAX))
                << look - born;
        }
        gm_page_map_clamp(&map, clock + GM_CLAMP_PERIOD);
    }
    EXPECT_EQ(gm_record_site(*slot), 3u);
    EXPECT_EQ(gm_record_pid(*slot), 77u);
    EXPECT_EQ(*untouched, 0u);
}

TEST_F(PageMap, ClampLeavesWhatIsYoungBitForBit) {
    constexpr u64 clock = 5 * GM_AGE_MAX;
    gm_record_t young = gm_record(9, 8, clock - GM_AGE_MAX + 1);

    gm_slot_replace(gm_page_map_slot(&map, middle), young);
    gm_page_map_clamp(&map, clock);
    EXPECT_EQ(gm_page_map_get(&map, middle), young);
}

// Runs of pages with and without a site, in any order, across the end of a leaf.
TEST_F(PageMap, RunsAreTheNaiveOnesForAnyNeighbours) {
    constexpr unsigned long pages = 96;
    constexpr unsigned long start = middle - pages / 2;
    std::mt19937 random(2);

    for (int round = 0; round < 2000; ++round) {
        Runs wanted;
        long unknown = 0;
        u32 last = 0, site = 0;
        for (unsigned long i = 0; i < pages; ++i) {
            if (random() % 3 == 0)
                site = random() % 4;
            gm_slot_replace(gm_page_map_slot(&map, start + i), site ? gm_record(site, i, i) : 0);
            // A run ends at the end of a leaf.
            if (site && site == last && start + i != middle)
                ++wanted.back().pages;
            else if (site)
                wanted.push_back({site, 1});
            unknown += !site;
            last = site;
        }
        ASSERT_EQ(put(start, pages, random() % 2 * 5), unknown);
        ASSERT_EQ(runs, wanted);
        put(start, pages, 0);
    }
}

TEST_F(PageMap, SwapGoesOnInTheNextLeafFromItsFirstPage) {
    EXPECT_EQ(put(middle - 8, 24, 6), 24);
    EXPECT_EQ(site_at(middle - 9), 0u);
    for (unsigned long pfn = middle - 8; pfn < middle + 16; ++pfn)
        EXPECT_EQ(site_at(pfn), 6u) << pfn;
    EXPECT_EQ(site_at(middle + 16), 0u);
    // The swap must not continue at the start of the leaf that it began in.
    EXPECT_EQ(site_at(base), 0u);
    // First a part in the middle, across the end of the leaf; then one side; then everything.
    EXPECT_EQ(put(middle - 1, 2, 0), 0);
    EXPECT_EQ(runs, (Runs{{6, 1}, {6, 1}}));
    EXPECT_EQ(put(middle - 8, 8, 0), 1);
    EXPECT_EQ(runs, (Runs{{6, 7}}));
    EXPECT_EQ(put(middle - 8, 24, 0), 9);
    EXPECT_EQ(runs, (Runs{{6, 15}}));
}

TEST_F(PageMap, AWholeLeafAndItsNeighboursEndsInOneSwap) {
    unsigned long end = middle + GM_LEAF_PAGES;

    ASSERT_EQ(gm_page_map_cover(&map, end), 0);
    EXPECT_EQ(put(middle - 1, GM_LEAF_PAGES + 2, 4), static_cast<long>(GM_LEAF_PAGES + 2));
    EXPECT_EQ(put(middle - 1, GM_LEAF_PAGES + 2, 0), 0);
    EXPECT_EQ(runs, (Runs{{4, 1}, {4, GM_LEAF_PAGES}, {4, 1}}));
}

TEST_F(PageMap, SwapEndsWhereALeafIsMissing) {
    unsigned long end = middle + GM_LEAF_PAGES, beyond = end + GM_LEAF_PAGES;

    ASSERT_EQ(gm_page_map_cover(&map, beyond), 0);
    put(beyond, 1, 3);
    put(end - 4, 4, 3);
    EXPECT_EQ(put(end - 4, 4 + GM_LEAF_PAGES + 1, 0), static_cast<long>(GM_LEAF_PAGES + 1));
    EXPECT_EQ(runs, (Runs{{3, 4}}));
    EXPECT_EQ(site_at(beyond), 3u);
    EXPECT_EQ(put(end, GM_LEAF_PAGES + 1, 0), -ERANGE);
    EXPECT_EQ(runs, Runs{});
    EXPECT_EQ(site_at(beyond), 3u);
}

TEST_F(PageMap, NoFrameBeyondTheLastHasALeaf) {
    unsigned long frames = map.roots << (GM_MID_SHIFT + GM_LEAF_SHIFT);

    EXPECT_EQ(frames, 1UL << (MAX_PHYSMEM_BITS - PAGE_SHIFT));
    EXPECT_EQ(gm_page_map_cover(&map, frames - 1), 0);
    EXPECT_NE(gm_page_map_slot(&map, frames - 1), nullptr);
    EXPECT_EQ(gm_page_map_cover(&map, frames), -ERANGE);
    EXPECT_EQ(gm_page_map_slot(&map, frames), nullptr);
    EXPECT_EQ(gm_page_map_slot(&map, ~0UL), nullptr);
    // Uncovering a range without leaves does nothing.
    gm_page_map_uncover(&map, frames, GM_LEAF_PAGES);
}

TEST_F(PageMap, WalkMeetsEveryRecordOnceInOrder) {
    unsigned long cursor = 0, far = 90UL << (GM_MID_SHIFT + GM_LEAF_SHIFT);
    bool more;

    ASSERT_EQ(gm_page_map_cover(&map, far), 0);
    put(base, 1, 1);
    put(middle - 1, 1, 2);
    put(middle, 1, 3);
    put(middle + GM_LEAF_PAGES - 1, 1, 4);
    put(far + 5, 1, 5);
    EXPECT_EQ(walk(cursor, 1, more), (std::vector<u32>{1, 2}));
    EXPECT_TRUE(more);
    EXPECT_EQ(walk(cursor, 0, more), (std::vector<u32>{}));
    EXPECT_TRUE(more);
    EXPECT_EQ(walk(cursor, 2, more), (std::vector<u32>{3, 4, 5}));
    EXPECT_FALSE(more);
    EXPECT_EQ(walk(cursor, 2, more), (std::vector<u32>{}));
    EXPECT_FALSE(more);
}

TEST_F(PageMap, ClearForgetsEveryLeaf) {
    unsigned long cursor = 0;
    bool more;

    put(base, GM_LEAF_PAGES, 1);
    put(middle, GM_LEAF_PAGES, 1);
    gm_page_map_clear(&map);
    EXPECT_EQ(walk(cursor, 10, more), (std::vector<u32>{}));
    EXPECT_EQ(put(base, 2 * GM_LEAF_PAGES, 0), static_cast<long>(2 * GM_LEAF_PAGES));
}

} // namespace
} // namespace ghostmem::native
