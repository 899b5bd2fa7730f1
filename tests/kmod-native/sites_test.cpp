// Tests the site table alone: what makes a site, collisions, a full table, frozen frames, counters.
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "support/ledger.h"

namespace ghostmem::native {
namespace {

class Sites : public testing::Test {
  protected:
    static constexpr u32 room = GM_SITES_MIN;

    void SetUp() override {
        shim_reset();
        shim_cpu = 0;
        ASSERT_EQ(gm_sites_init(&sites, room), 0);
    }
    void TearDown() override {
        gm_sites_destroy(&sites);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    u32 get(const gm_stack& stack) { return gm_sites_get(&sites, &stack); }
    u64 hash(u32 id) const { return sites.site[id].hash; }
    gm_site_counts counts(u32 id) const {
        gm_site_counts counts{};
        gm_site_read(&sites, id, &counts);
        return counts;
    }
    // Returns the hash of a stack without making a site for it in this table.
    static u64 hash_of(const gm_stack& stack) {
        gm_sites other{};
        EXPECT_EQ(gm_sites_init(&other, GM_SITES_MIN), 0);
        u64 hash = other.site[gm_sites_get(&other, &stack)].hash;
        gm_sites_destroy(&other);
        return hash;
    }

    gm_sites sites;
};

gm_block block_of(u32 order, u32 level) {
    gm_block block{};
    block.order = static_cast<u16>(order);
    block.level = level;
    return block;
}

TEST_F(Sites, EveryPartOfAStackMakesTheSite) {
    gm_stack stack = stack_of(1, 2, GHOSTMEM_STACK_MAX);
    std::set<u32> ids{get(stack)};

    for (unsigned i = 0; i < GHOSTMEM_STACK_MAX; ++i) {
        gm_stack other = stack;
        other.frame[i] ^= 1;
        EXPECT_TRUE(ids.insert(get(other)).second) << "frame " << i;
    }
    for (u8 flags : {GHOSTMEM_SITE_F_CUT, GHOSTMEM_SITE_F_NO_STACK}) {
        gm_stack other = stack;
        other.flags = flags;
        EXPECT_TRUE(ids.insert(get(other)).second) << "flags " << flags;
    }
    for (u8 order : {0, 1, 3, MAX_PAGE_ORDER})
        EXPECT_TRUE(ids.insert(get(stack_of(1, order, GHOSTMEM_STACK_MAX))).second) << order;
    EXPECT_TRUE(ids.insert(get(stack_of(1, 2, GHOSTMEM_STACK_MAX - 1))).second) << "depth";
    // Also without frames, where two orders may have the same hash.
    for (unsigned order = 0; order < 4; ++order)
        EXPECT_TRUE(ids.insert(get(stack_of(1, order, 0))).second) << order;
    // Frames beyond the depth do not belong to the stack.
    gm_stack longer = stack;
    longer.frame[GHOSTMEM_STACK_MAX] = 1;
    EXPECT_EQ(get(longer), get(stack));
}

// Whether a block is reclaimable belongs to the block, not to the stack: the first one decides.
TEST_F(Sites, FlagsOfTheFirstBlockAreKept) {
    gm_stack first = stack_of(1, 0, 4);
    first.block.flags = GHOSTMEM_SITE_F_RECLAIMABLE;
    u32 id = get(first);
    EXPECT_EQ(sites.site[id].block.flags, GHOSTMEM_SITE_F_RECLAIMABLE);
    gm_stack later = stack_of(1, 0, 4);
    EXPECT_EQ(get(later), id);
    EXPECT_EQ(sites.site[id].block.flags, GHOSTMEM_SITE_F_RECLAIMABLE);
    u32 another = get(stack_of(2, 0, 4));
    EXPECT_EQ(sites.site[another].block.flags, 0);
}

// Two stacks without frames may have the same hash, so all stacks here have frames; the fast stack
// walk always returns at least one.
TEST_F(Sites, ASiteIsFoundByItsHashAndHoldsItsStack) {
    for (unsigned long i = 0; i < room - 2; ++i) {
        gm_stack stack = stack_of(i, i % 4, 1 + i % GHOSTMEM_STACK_MAX);
        stack.flags = i % 5 ? 0 : GHOSTMEM_SITE_F_CUT;
        u32 id = get(stack);
        EXPECT_EQ(gm_sites_find(&sites, hash(id)), id);
        EXPECT_EQ(sites.site[id].flags, stack.flags);
        EXPECT_EQ(sites.site[id].block.order, stack.block.order);
        EXPECT_EQ(sites.site[id].depth, stack.depth);
        EXPECT_TRUE(std::equal(stack.frame, stack.frame + stack.depth, sites.site[id].frame));
    }
    EXPECT_EQ(gm_sites_find(&sites, hash_of(stack_of(1000, 0, 4))), 0u);
}

// Constructs two stacks with the same hash: a step of the hash is (hash ^ frame) times a factor, so
// the second frame can compensate for the first. Only the lowest bit of the hash after the first
// frame is not known.
TEST_F(Sites, StacksOfOneHashAreTwoSites) {
    gm_stack one = stack_of(1, 0, 2), two = stack_of(2, 0, 2);
    u64 apart = hash_of(stack_of(1, 0, 1)) ^ hash_of(stack_of(2, 0, 1));

    two.frame[1] = one.frame[1] ^ apart;
    if (hash_of(two) != hash_of(one))
        two.frame[1] ^= 1;
    ASSERT_EQ(hash_of(one), hash_of(two));
    u32 first = get(one);
    EXPECT_NE(get(two), first);
    EXPECT_EQ(get(one), first);
    EXPECT_NE(get(two), first);
    EXPECT_EQ(gm_sites_used(&sites), 3u);
}

// A search that begins at the table's last slot continues at its first one.
TEST_F(Sites, ASearchGoesRoundTheTablesEnd) {
    std::vector<gm_stack> last;
    std::vector<u32> ids;

    for (unsigned long i = 0; last.size() < 3; ++i) {
        gm_stack stack = stack_of(i, 0, 3);
        if (gm_sites_slot(&sites, hash_of(stack)) == sites.slot_mask)
            last.push_back(stack);
    }
    for (const gm_stack& stack : last)
        ids.push_back(get(stack));
    EXPECT_EQ(std::set<u32>(ids.begin(), ids.end()).size(), 3u);
    for (size_t i = 0; i < last.size(); ++i) {
        EXPECT_EQ(get(last[i]), ids[i]);
        EXPECT_EQ(gm_sites_find(&sites, hash(ids[i])), ids[i]);
    }
}

TEST_F(Sites, AFullTableLosesNamesAndNoPage) {
    std::map<unsigned long, u32> id_of;
    u64 booked = 0, other = 0, sum = 0;
    std::mt19937 random(3);

    for (int i = 0; i < 20000; ++i) {
        unsigned long number = random() % (3 * room);
        u32 id = get(stack_of(number, 0, 6));
        unsigned long pages = 1 + random() % 8;
        auto [known, is_new] = id_of.try_emplace(number, id);
        ASSERT_EQ(known->second, id);
        gm_site_alloc(&sites, id, pages);
        booked += pages;
        other += id == GHOSTMEM_SITE_OTHER ? pages : 0;
        ASSERT_EQ(gm_sites_full(&sites), gm_sites_used(&sites) == room - 1);
    }
    EXPECT_EQ(id_of.size(), 3 * room);
    for (u32 id = 1; id < gm_sites_end(&sites); ++id)
        sum += counts(id).live;
    EXPECT_EQ(sum, booked);
    EXPECT_GT(other, 0u);
    EXPECT_EQ(counts(GHOSTMEM_SITE_OTHER).live, other);
    EXPECT_EQ(gm_sites_end(&sites), GM_OTHER_KINDS + room);
    // The counter of ids must not wrap, however long the table stays full.
    EXPECT_EQ(atomic_read(&sites.next), static_cast<int>(GM_OTHER_KINDS + room));
    EXPECT_EQ(sites.site[GHOSTMEM_SITE_OTHER].flags, GHOSTMEM_SITE_F_OTHER);
}

// The weight of a sample depends on its order and level. It must never be counted as another kind,
// however full the table is and whatever sites came first.
TEST_F(Sites, AFullTableWeighsSamplesOfEveryKind) {
    for (unsigned long i = 0; i < 2 * room; ++i)
        get(stack_of(i, 0, 3));
    ASSERT_TRUE(gm_sites_full(&sites));
    const u32 used = gm_sites_used(&sites);
    std::set<u32> ids{GHOSTMEM_SITE_OTHER};
    for (u32 order = 0; order <= MAX_PAGE_ORDER; ++order) {
        for (u32 level = 1; level <= GHOSTMEM_LEVEL_MAX; ++level) {
            u32 id = gm_sites_other(&sites, block_of(order, level));
            ASSERT_TRUE(gm_sites_valid(&sites, id));
            EXPECT_TRUE(ids.insert(id).second) << order << " at " << level;
            EXPECT_EQ(sites.site[id].block.order, order);
            EXPECT_EQ(sites.site[id].block.level, level);
            EXPECT_EQ(sites.site[id].flags, GHOSTMEM_SITE_F_OTHER);
            EXPECT_EQ(gm_sites_other(&sites, block_of(order, level)), id);
        }
        EXPECT_EQ(gm_sites_other(&sites, block_of(order, 0)), GHOSTMEM_SITE_OTHER);
    }
    // These ids do not reduce the room that was asked for, and are never used for other sites.
    EXPECT_EQ(gm_sites_used(&sites), used);
    gm_sites_clear(&sites);
    for (unsigned long i = 0; i < room - 2; ++i)
        EXPECT_FALSE(ids.contains(get(stack_of(i, 0, 3)))) << i;
    // A kind that does not exist is counted in the general (other), not as another kind.
    for (gm_block block : {block_of(MAX_PAGE_ORDER + 1, 1), block_of(0, GHOSTMEM_LEVEL_MAX + 1)})
        EXPECT_EQ(gm_sites_other(&sites, block), GHOSTMEM_SITE_OTHER);
}

struct Freezer {
    unsigned long frame;
    std::vector<unsigned long> shown;
};

unsigned long freeze(void* context, unsigned long frame) {
    auto* freezer = static_cast<Freezer*>(context);
    freezer->shown.push_back(frame);
    return frame == freezer->frame ? 7 : frame;
}

TEST_F(Sites, FreezingShowsEveryFrameAndRetiresWhoHadIt) {
    gm_stack bystander = stack_of(1, 0, GHOSTMEM_STACK_MAX), gone = stack_of(2, 0, 5);
    gone.frame[4] = gone.frame[2];
    Freezer freezer{.frame = gone.frame[2], .shown = {}};
    u32 stays = get(bystander), goes = get(gone), again;

    gm_site_alloc(&sites, goes, 3);
    gm_sites_freeze(&sites, freeze, &freezer);
    EXPECT_EQ(freezer.shown.size(), GHOSTMEM_STACK_MAX + 5u);
    EXPECT_EQ(sites.site[goes].frame[2], 7u);
    EXPECT_EQ(sites.site[goes].frame[4], 7u);
    EXPECT_EQ(sites.site[goes].frame[3], gone.frame[3]);
    EXPECT_EQ(hash(goes), 0u);
    EXPECT_EQ(counts(goes).live, 3u);
    EXPECT_EQ(get(bystander), stays);
    EXPECT_EQ(gm_sites_find(&sites, hash(stays)), stays);
    // After a freeze, other code at the same address is a new site; after the next freeze, again.
    again = get(gone);
    EXPECT_NE(again, goes);
    EXPECT_EQ(gm_sites_find(&sites, hash(again)), again);
    gm_sites_freeze(&sites, freeze, &freezer);
    EXPECT_NE(get(gone), again);
    EXPECT_EQ(counts(again).live, 0u);
}

TEST_F(Sites, AStackOfHandlesIsNotAFrozenSite) {
    gm_stack stack = stack_of(1, 0, 1), handles = stack;
    Freezer freezer{.frame = stack.frame[0], .shown = {}};
    u32 frozen = get(stack);

    gm_sites_freeze(&sites, freeze, &freezer);
    handles.frame[0] = 7;
    EXPECT_NE(get(handles), frozen);
}

TEST_F(Sites, BlocksAreCountedByTheirPages) {
    u32 id = get(stack_of(1, 3, 4));

    for (unsigned i = 1; i <= 32; ++i) {
        gm_site_alloc(&sites, id, 8);
        gm_site_free(&sites, id, 3);
        EXPECT_EQ(counts(id).allocs, i);
        EXPECT_EQ(counts(id).frees, i * 3 / 8);
        EXPECT_EQ(counts(id).live, i * 5);
    }
    // If a reader sees a free before its allocation, the live count must not wrap to a huge number.
    gm_site_free(&sites, id, 1000);
    EXPECT_EQ(counts(id).live, 0u);
    // (other) counts pages instead of blocks.
    gm_site_alloc(&sites, GHOSTMEM_SITE_OTHER, 5);
    EXPECT_EQ(counts(GHOSTMEM_SITE_OTHER).allocs, 5u);
}

TEST_F(Sites, IdsThatNobodyHasAreNotValid) {
    u32 id = get(stack_of(1, 0, 1));

    EXPECT_FALSE(gm_sites_valid(&sites, 0));
    EXPECT_TRUE(gm_sites_valid(&sites, GHOSTMEM_SITE_OTHER));
    EXPECT_TRUE(gm_sites_valid(&sites, id));
    EXPECT_FALSE(gm_sites_valid(&sites, id + 1));
    for (unsigned long i = 0; i < 2 * room; ++i)
        get(stack_of(i, 0, 3));
    EXPECT_TRUE(gm_sites_valid(&sites, GM_OTHER_KINDS + room - 1));
    EXPECT_FALSE(gm_sites_valid(&sites, GM_OTHER_KINDS + room));
}

TEST_F(Sites, ClearForgetsSitesCountsAndSpares) {
    for (unsigned long i = 0; i < 2 * room; ++i)
        gm_site_alloc(&sites, get(stack_of(i, 0, 3)), 1);
    for (int cpu = 0; cpu < SHIM_CPUS; ++cpu)
        *per_cpu_ptr(sites.spare, cpu) = 9;
    gm_sites_clear(&sites);
    EXPECT_EQ(gm_sites_used(&sites), 1u);
    EXPECT_EQ(counts(GHOSTMEM_SITE_OTHER).allocated, 0u);
    EXPECT_EQ(sites.site[GHOSTMEM_SITE_OTHER].flags, GHOSTMEM_SITE_F_OTHER);
    for (shim_cpu = 0; shim_cpu < SHIM_CPUS; ++shim_cpu)
        EXPECT_EQ(get(stack_of(shim_cpu, 0, 3)), GM_FIRST_ID + shim_cpu);
    for (u32 id = 2; id < GM_OTHER_KINDS + room; ++id)
        EXPECT_EQ(counts(id).allocated, 0u);
}

TEST_F(Sites, ATableOfASizeOutOfBoundsIsRefused) {
    gm_sites other{};

    EXPECT_EQ(gm_sites_init(&other, GM_SITES_MIN - 1), -EINVAL);
    EXPECT_EQ(gm_sites_init(&other, GM_SITES_MAX + 1), -EINVAL);
    EXPECT_EQ(shim_warnings(), 2u);
    ASSERT_EQ(gm_sites_init(&other, GM_SITES_MAX), 0);
    EXPECT_EQ(gm_sites_bytes(&other) + gm_sites_bytes(&sites),
              static_cast<size_t>(shim_memory().bytes));
    gm_sites_destroy(&other);
}

} // namespace
} // namespace ghostmem::native
