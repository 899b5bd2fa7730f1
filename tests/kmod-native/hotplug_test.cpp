// Memory hot-plug, and which memory is covered at the start.
#include <gtest/gtest.h>

#include "support/kmod.h"

namespace ghostmem::native {
namespace {

constexpr unsigned long base = 64UL << GM_LEAF_SHIFT;

class Hotplug : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_page_map_init(&map, note, this), 0);
    }
    void TearDown() override {
        gm_page_map_destroy(&map);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    static void note(void* context, gm_map_leaf* leaf, unsigned long pfn) {
        static_cast<Hotplug*>(context)->note_offline(leaf, pfn);
    }
    // By now the hooks that had seen the leaf have finished, and no other hook can find it.
    void note_offline(gm_map_leaf* leaf, unsigned long first) {
        unsigned long records = 0;

        EXPECT_EQ(first % GM_LEAF_PAGES, 0u);
        EXPECT_EQ(gm_page_map_leaf(&map, first), nullptr);
        EXPECT_GT(shim_grace_periods(), 0u);
        EXPECT_TRUE(mutex_is_mine(&map.lock));
        for (unsigned long pfn = base; pfn < base + 64 * GM_LEAF_PAGES; pfn += GM_LEAF_PAGES)
            EXPECT_NE(gm_page_map_leaf(&map, pfn), leaf);
        for (gm_record_t record : leaf->record)
            records += record != 0;
        gone.push_back(records);
    }

    void put(unsigned long pfn, unsigned long nr) {
        gm_page_map_swap(
            &map, pfn, nr, gm_record(1, 1, 1), [](void*, u32, unsigned long) {}, nullptr);
    }
    bool covered(unsigned long pfn) { return gm_page_map_slot(&map, pfn); }
    void expect_bytes_are_true() { EXPECT_EQ(atomic_long_read(&map.bytes), shim_memory().bytes); }

    gm_page_map map;
    std::vector<unsigned long> gone;
};

TEST_F(Hotplug, OfManyLeavesEachGoesOnceWithItsRecords) {
    constexpr unsigned long leaves = 40;
    unsigned long i;

    for (i = 0; i < leaves; ++i) {
        // Leave some holes.
        if (i % 10 == 3)
            continue;
        ASSERT_EQ(gm_page_map_cover(&map, base + i * GM_LEAF_PAGES), 0);
        put(base + i * GM_LEAF_PAGES + i, i);
    }
    ASSERT_EQ(gm_page_map_cover(&map, base - 1), 0);
    ASSERT_EQ(gm_page_map_cover(&map, base + leaves * GM_LEAF_PAGES), 0);
    gm_page_map_uncover(&map, base, leaves * GM_LEAF_PAGES);
    for (i = 0; i < leaves; ++i) {
        EXPECT_FALSE(covered(base + i * GM_LEAF_PAGES));
        if (i % 10 == 3)
            continue;
        ASSERT_FALSE(gone.empty());
        EXPECT_EQ(gone.front(), i);
        gone.erase(gone.begin());
    }
    EXPECT_TRUE(gone.empty());
    // Grace periods take long: wait once for many leaves, and not at all if there is no leaf.
    EXPECT_EQ(shim_grace_periods(), 3u);
    EXPECT_TRUE(covered(base - 1));
    EXPECT_TRUE(covered(base + leaves * GM_LEAF_PAGES));
    expect_bytes_are_true();
}

TEST_F(Hotplug, WhereNothingIsNothingIsWaitedFor) {
    gm_page_map_uncover(&map, base, 50 * GM_LEAF_PAGES);
    EXPECT_EQ(shim_grace_periods(), 0u);
    EXPECT_TRUE(gone.empty());
}

TEST_F(Hotplug, ALeafThatReturnsIsEmpty) {
    ASSERT_EQ(gm_page_map_cover(&map, base), 0);
    put(base, GM_LEAF_PAGES);
    gm_page_map_uncover(&map, base, GM_LEAF_PAGES);
    EXPECT_EQ(gone, std::vector<unsigned long>{GM_LEAF_PAGES});
    ASSERT_EQ(gm_page_map_cover(&map, base), 0);
    for (unsigned long pfn = base; pfn < base + GM_LEAF_PAGES; ++pfn)
        ASSERT_EQ(gm_page_map_get(&map, pfn), 0u);
    expect_bytes_are_true();
}

TEST_F(Hotplug, CoveringWhatIsCoveredKeepsRecords) {
    ASSERT_EQ(gm_page_map_cover(&map, base), 0);
    put(base, 1);
    ASSERT_EQ(gm_page_map_cover(&map, base + GM_LEAF_PAGES - 1), 0);
    EXPECT_NE(gm_page_map_get(&map, base), 0u);
    expect_bytes_are_true();
}

TEST_F(Hotplug, TheMapHearsWhatTheKernelTells) {
    ASSERT_EQ(gm_page_map_cover_online(&map), 0);
    for (unsigned long refused : {MEM_CANCEL_ONLINE, MEM_OFFLINE}) {
        gone.clear();
        EXPECT_EQ(shim_memory_notify(MEM_GOING_ONLINE, base, 3 * GM_LEAF_PAGES), NOTIFY_OK);
        EXPECT_FALSE(covered(base - 1));
        for (unsigned long i = 0; i < 3; ++i)
            EXPECT_TRUE(covered(base + i * GM_LEAF_PAGES)) << i;
        EXPECT_FALSE(covered(base + 3 * GM_LEAF_PAGES));
        // These actions do not say that the memory goes away, so they change nothing.
        for (unsigned long other : {MEM_ONLINE, MEM_GOING_OFFLINE, MEM_CANCEL_OFFLINE})
            EXPECT_EQ(shim_memory_notify(other, base, 3 * GM_LEAF_PAGES), NOTIFY_OK);
        EXPECT_TRUE(gone.empty());
        put(base + 7, 9);
        EXPECT_EQ(shim_memory_notify(refused, base, 3 * GM_LEAF_PAGES), NOTIFY_OK);
        EXPECT_EQ(gone, (std::vector<unsigned long>{9, 0, 0}));
        EXPECT_FALSE(covered(base));
        expect_bytes_are_true();
    }
    EXPECT_EQ(shim_warnings(), 0u);
}

TEST_F(Hotplug, MemoryThatCannotBeTrackedIsNotHeldUp) {
    ASSERT_EQ(gm_page_map_cover_online(&map), 0);
    // The allocations are the mid, the first leaf, and the second leaf, which fails.
    shim_fail(3);
    EXPECT_EQ(shim_memory_notify(MEM_GOING_ONLINE, base, 3 * GM_LEAF_PAGES), NOTIFY_OK);
    EXPECT_EQ(shim_warnings(), 1u);
    EXPECT_TRUE(covered(base));
    EXPECT_FALSE(covered(base + GM_LEAF_PAGES));
    EXPECT_EQ(shim_memory_notify(MEM_OFFLINE, base, 3 * GM_LEAF_PAGES), NOTIFY_OK);
    EXPECT_EQ(gone, std::vector<unsigned long>{0});
    expect_bytes_are_true();
}

TEST_F(Hotplug, NobodyListensToADeadMap) {
    ASSERT_EQ(gm_page_map_cover_online(&map), 0);
    gm_page_map_destroy(&map);
    EXPECT_EQ(shim_memory_notify(MEM_GOING_ONLINE, base, GM_LEAF_PAGES), -1);
    ASSERT_EQ(gm_page_map_init(&map, note, this), 0);
}

// Two nodes with holes of all kinds; one of them begins and ends within a section.
TEST_F(Hotplug, WhatIsOnlineInPartIsCovered) {
    constexpr unsigned long leaf = GM_LEAF_PAGES;

    shim_node(0, base + 512 + 100, base + 5 * leaf + 512, 3 * leaf);
    shim_node(1, base + 100 * leaf, base + 101 * leaf, leaf);
    shim_online(base + 512, base + leaf);                // all but its first frames
    shim_online(base + 2 * leaf - 512, base + 2 * leaf); // its last subsection only
    shim_online(base + 3 * leaf, base + 3 * leaf + 512); // its first subsection only
    shim_online(base + 5 * leaf, base + 5 * leaf + 512); // beyond a multiple
    shim_online(base + 50 * leaf, base + 51 * leaf);     // outside of both nodes
    shim_online(base + 100 * leaf, base + 101 * leaf);
    ASSERT_EQ(gm_page_map_cover_online(&map), 0);
    for (unsigned long i = 0; i < 110; ++i) {
        bool wanted = i == 0 || i == 1 || i == 3 || i == 5 || i == 100;
        EXPECT_EQ(covered(base + i * leaf), wanted) << i;
    }
    EXPECT_FALSE(covered(base - 1));
    expect_bytes_are_true();
}

} // namespace
} // namespace ghostmem::native
