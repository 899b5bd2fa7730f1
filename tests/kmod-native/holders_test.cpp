// Tests the pure parts of the search for holders: sets of page frames, groups of references, the
// closure, and runs.
#include <functional>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "support/kmod.h"

extern "C" {
#include "census/holders/closure.h"
#include "census/holders/runs.h"
#include "census/holders/targets.h"
}

namespace ghostmem::native {
namespace {

class Targets : public testing::Test {
  protected:
    static constexpr unsigned long sections = 6;
    static constexpr unsigned long base = 40 * GM_TARGETS_LEAF;

    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_targets_init(&targets, base, sections, 3), 0);
    }
    void TearDown() override {
        gm_targets_destroy(&targets);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    gm_targets targets{};
};

TEST_F(Targets, AFrameLeadsToItsBlock) {
    std::mt19937 random(1);
    std::map<unsigned long, u32> expected; // frame to block
    for (unsigned long section : {0UL, 2UL, 5UL})
        ASSERT_TRUE(gm_targets_cover(&targets, base + section * GM_TARGETS_LEAF));
    u32 block = 0;
    for (unsigned long pfn = base; pfn < base + sections * GM_TARGETS_LEAF;) {
        const unsigned long nr = 1 + random() % 40;
        if (gm_targets_leaf(&targets, pfn) && gm_targets_leaf(&targets, pfn + nr - 1) &&
            random() % 3 != 0) {
            for (unsigned long i = 0; i < nr; ++i) {
                gm_targets_set_target(&targets, pfn + i, i == 0);
                expected[pfn + i] = block;
            }
            ++block;
        }
        pfn += nr;
    }
    ASSERT_EQ(gm_targets_number(&targets), block);
    for (unsigned long pfn = base - 100; pfn < base + sections * GM_TARGETS_LEAF + 100; ++pfn) {
        const auto found = expected.find(pfn);
        ASSERT_EQ(gm_targets_block(&targets, pfn),
                  found == expected.end() ? GM_NO_BLOCK : found->second)
            << pfn - base;
    }
}

TEST_F(Targets, ABlockThatIsNotSearchedForKeepsItsNumber) {
    ASSERT_TRUE(gm_targets_cover(&targets, base));
    for (unsigned long i = 0; i < 10; ++i)
        gm_targets_set_target(&targets, base + i, true);
    gm_targets_number(&targets);
    gm_targets_clear_target(&targets, base + 3);
    EXPECT_EQ(gm_targets_block(&targets, base + 3), GM_NO_BLOCK);
    EXPECT_EQ(gm_targets_block(&targets, base + 4), 4U);
}

TEST_F(Targets, WhatIsNotCoveredIsNoTarget) {
    ASSERT_TRUE(gm_targets_cover(&targets, base));
    ASSERT_TRUE(gm_targets_cover(&targets, base)); // no second leaf
    ASSERT_TRUE(gm_targets_cover(&targets, base + GM_TARGETS_LEAF));
    ASSERT_TRUE(gm_targets_cover(&targets, base + 2 * GM_TARGETS_LEAF));
    EXPECT_FALSE(gm_targets_cover(&targets, base + 3 * GM_TARGETS_LEAF)); // no room
    EXPECT_FALSE(gm_targets_cover(&targets, base + sections * GM_TARGETS_LEAF));
    EXPECT_FALSE(gm_targets_cover(&targets, base - 1));
    gm_targets_set_target(&targets, base - 1, true);
    gm_targets_set_known(&targets, base + 4 * GM_TARGETS_LEAF);
    EXPECT_FALSE(gm_targets_is_known(&targets, base + 4 * GM_TARGETS_LEAF));
    EXPECT_EQ(gm_targets_number(&targets), 0U);
}

class Groups : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_groups_init(&groups), 0);
    }
    void TearDown() override {
        gm_groups_destroy(&groups);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    u16 get(ghostmem_holder_kind kind, unsigned long key = 1, u32 offset = 0, u16 parent = 0) {
        bool made = false;
        return gm_groups_get(&groups, kind, key, offset, parent, &made);
    }

    gm_groups groups{};
};

TEST_F(Groups, EveryPartOfTheKeyMakesAGroup) {
    std::set<u16> ids;
    for (const auto kind : {GHOSTMEM_HOLDER_SLAB, GHOSTMEM_HOLDER_MODULE})
        for (unsigned long key : {1UL, 2UL, ~0UL})
            for (u32 offset : {0U, 8U, GM_OFFSET_ANY})
                for (u16 parent : {0, 1})
                    EXPECT_TRUE(ids.insert(get(kind, key, offset, parent)).second);
    EXPECT_EQ(ids.count(0), 0U);
    EXPECT_EQ(*ids.begin(), get(GHOSTMEM_HOLDER_SLAB, 1, 0, 0));
    EXPECT_EQ(gm_groups_find(&groups, GHOSTMEM_HOLDER_SLAB, 7, 0, 0), 0);
}

TEST_F(Groups, ThereIsAlwaysAGroupForTheRestOfAKind) {
    for (unsigned long key = 1; key < 2 * GM_GROUPS_MAX; ++key)
        ASSERT_NE(get(GHOSTMEM_HOLDER_SLAB, key), 0);
    EXPECT_TRUE(groups.overflown);
    std::set<u16> ids;
    for (u32 kind = 1; kind < GHOSTMEM_HOLDER_KINDS; ++kind) {
        const u16 id = get(static_cast<ghostmem_holder_kind>(kind), 99999999);
        EXPECT_TRUE(ids.insert(id).second) << kind;
        EXPECT_EQ(groups.group[id].kind, kind);
        EXPECT_EQ(id, get(static_cast<ghostmem_holder_kind>(kind), 88888888));
    }
    EXPECT_LE(groups.nr, GM_GROUPS_MAX);
}

TEST_F(Groups, AVariableIsFoundByAnyOfItsAddresses) {
    const u16 id = get(GHOSTMEM_HOLDER_MODULE, 1000, GM_OFFSET_ANY);
    groups.group[id].end = 1064;
    get(GHOSTMEM_HOLDER_KERNEL, 1000, GM_OFFSET_ANY);
    EXPECT_EQ(gm_groups_variable(&groups, GHOSTMEM_HOLDER_MODULE, 1000), id);
    EXPECT_EQ(gm_groups_variable(&groups, GHOSTMEM_HOLDER_MODULE, 1063), id);
    EXPECT_EQ(gm_groups_variable(&groups, GHOSTMEM_HOLDER_MODULE, 1064), 0);
    EXPECT_EQ(gm_groups_variable(&groups, GHOSTMEM_HOLDER_KERNEL, 1063), 0);
}

TEST_F(Groups, AStrongCandidateTakesThePlaceOfAWeakOne) {
    const u16 stack = get(GHOSTMEM_HOLDER_STACK), boot = get(GHOSTMEM_HOLDER_BOOT);
    const u16 percpu = get(GHOSTMEM_HOLDER_PERCPU), slab = get(GHOSTMEM_HOLDER_SLAB);
    const u16 module = get(GHOSTMEM_HOLDER_MODULE), other = get(GHOSTMEM_HOLDER_SLAB, 2);
    u16 candidate[GM_CANDIDATES] = {};
    for (u16 id : {stack, stack, boot, percpu, slab, module, other, other})
        gm_candidates_add(&groups, candidate, id);
    EXPECT_EQ(std::set<u16>(candidate, candidate + GM_CANDIDATES),
              (std::set<u16>{percpu, slab, module, other}));
    EXPECT_EQ(gm_candidates_best(&groups, candidate), 0U);
    EXPECT_EQ(candidate[0], module); // of those worth the same, it tells most
    u16 none[GM_CANDIDATES] = {};
    EXPECT_EQ(gm_candidates_best(&groups, none), GM_RANKS);
}

TEST_F(Groups, AChainIsAsStrongAsItsRoot) {
    const u16 stack = get(GHOSTMEM_HOLDER_STACK);
    const u16 chain = get(GHOSTMEM_HOLDER_PAGE, 0, GM_OFFSET_ANY, stack);
    EXPECT_EQ(gm_groups_root(&groups, chain), stack);
    EXPECT_EQ(gm_groups_root(&groups, stack), stack);
    EXPECT_EQ(gm_groups_tier(&groups, chain), GM_TIER_WEAK);
}

class Closure : public Groups {
  protected:
    void SetUp() override {
        Groups::SetUp();
        closure.groups = &groups;
        closure.look = [](void* priv, u32 from) {
            auto* self = static_cast<Closure*>(priv);
            ++self->looks;
            for (u32 to : self->edges[from])
                gm_closure_reach(&self->closure, from, to, GHOSTMEM_HOLDER_PAGE);
            return !self->stop_after || self->looks < self->stop_after;
        };
        closure.priv = this;
        ASSERT_EQ(gm_closure_init(&closure), 0);
    }
    void TearDown() override {
        gm_closure_destroy(&closure);
        Groups::TearDown();
    }
    void make(u32 nr) {
        blocks.assign(nr, gm_ghost{});
        for (u32 i = 0; i < nr; ++i)
            blocks[i].pfn = 2 * i;
        closure.block = blocks.data();
        closure.nr = nr;
    }
    void root(u32 number, u16 id) { gm_candidates_add(&groups, blocks[number].candidate, id); }
    bool held(u32 number) const { return blocks[number].flags & GM_BLOCK_HELD; }
    const gm_group& holder(u32 number) const { return groups.group[blocks[number].candidate[0]]; }

    gm_closure closure{};
    std::vector<gm_ghost> blocks;
    std::map<u32, std::vector<u32>> edges;
    u32 looks = 0, stop_after = 0;
};

TEST_F(Closure, FollowsChainsHoweverLongAndLosesTheRest) {
    constexpr u32 nr = 100000;
    make(nr);
    std::mt19937 random(2);
    std::vector<u32> order(nr);
    for (u32 i = 0; i < nr; ++i)
        order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    // One list of half of the blocks, in random order; the other half is a ring of its own.
    for (u32 i = 0; i + 1 < nr / 2; ++i)
        edges[order[i]] = {order[i + 1]};
    for (u32 i = nr / 2; i < nr; ++i)
        edges[order[i]] = {order[i + 1 < nr ? i + 1 : nr / 2]};
    const u16 module = get(GHOSTMEM_HOLDER_MODULE);
    root(order[0], module);
    ASSERT_TRUE(gm_closure_run(&closure));
    for (u32 i = 0; i < nr; ++i)
        ASSERT_EQ(held(order[i]), i < nr / 2) << i;
    EXPECT_EQ(holder(order[0]).kind, GHOSTMEM_HOLDER_MODULE);
    EXPECT_EQ(holder(order[nr / 2 - 1]).kind, GHOSTMEM_HOLDER_PAGE);
    EXPECT_EQ(holder(order[nr / 2 - 1]).parent, module);
    EXPECT_EQ(looks, nr / 2);
}

TEST_F(Closure, AFullQueueLosesNothing) {
    constexpr u32 nr = 20 * GM_CLOSURE_QUEUE;
    make(nr);
    for (u32 i = 1; i < nr; ++i)
        edges[i % 3 == 0 ? 0 : i - i % 3].push_back(i);
    root(0, get(GHOSTMEM_HOLDER_SLAB));
    ASSERT_TRUE(gm_closure_run(&closure));
    EXPECT_EQ(looks, nr);
    for (u32 i = 0; i < nr; ++i)
        ASSERT_TRUE(held(i)) << i;
}

TEST_F(Closure, WeakRootsExplainOnlyWhatIsLeft) {
    make(4);
    const u16 stack = get(GHOSTMEM_HOLDER_STACK), slab = get(GHOSTMEM_HOLDER_SLAB);
    edges[2] = {1};
    root(1, stack);
    root(2, slab);
    root(3, stack);
    ASSERT_TRUE(gm_closure_run(&closure));
    EXPECT_FALSE(held(0));
    EXPECT_EQ(holder(1).parent, slab);
    EXPECT_EQ(holder(3).kind, GHOSTMEM_HOLDER_STACK);
}

TEST_F(Closure, AStrayReferenceDoesNotTearAList) {
    constexpr u32 nr = 1000;
    make(nr);
    for (u32 i = 0; i + 1 < nr; ++i)
        edges[i] = {i + 1};
    const u16 slab = get(GHOSTMEM_HOLDER_SLAB), module = get(GHOSTMEM_HOLDER_MODULE);
    root(0, module);
    root(nr / 2, slab);
    ASSERT_TRUE(gm_closure_run(&closure));
    for (u32 i = 1; i < nr; ++i)
        ASSERT_EQ(holder(i).parent, module) << i;
}

TEST_F(Closure, LooksAgainAtWhatIsHeld) {
    make(3);
    root(0, get(GHOSTMEM_HOLDER_SLAB));
    ASSERT_TRUE(gm_closure_run(&closure));
    EXPECT_FALSE(held(1));
    edges[0] = {1};
    for (gm_ghost& block : blocks)
        block.flags &= ~GM_BLOCK_SEEN;
    blocks[2].flags |= GM_BLOCK_GONE;
    edges[1] = {2};
    ASSERT_TRUE(gm_closure_run(&closure));
    EXPECT_TRUE(held(1));
    EXPECT_FALSE(held(2));
}

TEST_F(Closure, CanBeGivenUp) {
    make(100);
    for (u32 i = 0; i < 100; ++i)
        root(i, get(GHOSTMEM_HOLDER_SLAB));
    stop_after = 10;
    EXPECT_FALSE(gm_closure_run(&closure));
    EXPECT_EQ(looks, 10U);
}

class Runs : public testing::Test {
  protected:
    gm_ghost& add(unsigned long pfn, unsigned flags, unsigned long pages = 1) {
        gm_ghost block{};
        block.pfn = pfn;
        block.less = pages - 1;
        block.flags = flags;
        block.candidate[0] = flags & GM_BLOCK_HELD ? 7 : 0;
        blocks.push_back(block);
        return blocks.back();
    }
    std::set<unsigned long> tails() {
        std::set<unsigned long> found;
        gm_runs_mark(blocks.data(), static_cast<u32>(blocks.size()));
        for (const gm_ghost& block : blocks)
            if (block.flags & GM_BLOCK_TAIL) {
                EXPECT_EQ(block.candidate[0], 7);
                found.insert(block.pfn);
            }
        return found;
    }
    static constexpr unsigned head = GM_BLOCK_HELD | GM_BLOCK_BASE;
    std::vector<gm_ghost> blocks;
};

TEST_F(Runs, EndAtTheAlignmentOfTheirFirstPage) {
    add(8, head);
    for (unsigned long pfn = 9; pfn < 20; ++pfn)
        add(pfn, 0);
    EXPECT_EQ(tails(), (std::set<unsigned long>{9, 10, 11, 12, 13, 14, 15}));
}

TEST_F(Runs, EndAtAGapAndAtABlockOfItsOwn) {
    add(64, head);
    add(65, 0);
    add(67, 0);
    add(128, head);
    add(129, 0);
    add(130, GM_BLOCK_HELD);
    add(131, 0);
    add(256, head);
    add(257, 0, 2);
    EXPECT_EQ(tails(), (std::set<unsigned long>{65, 129}));
}

TEST_F(Runs, NeedAPointerToTheFirstByte) {
    add(64, GM_BLOCK_HELD);
    add(65, 0);
    add(128, GM_BLOCK_BASE);
    add(129, 0);
    add(256, head | GM_BLOCK_COMPOUND);
    add(257, 0);
    EXPECT_TRUE(tails().empty());
}

} // namespace
} // namespace ghostmem::native
