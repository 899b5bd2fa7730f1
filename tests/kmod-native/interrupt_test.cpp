// Injects an event before each atomic operation in turn: an interrupt on the same CPU, an operation
// on another CPU, or a free during a clamp.
#include <gtest/gtest.h>

#include "support/ledger.h"
#include "support/strike.h"

namespace ghostmem::native {
namespace {

class Interrupt : public testing::TestWithParam<unsigned> {
  protected:
    void SetUp() override {
        shim_reset();
        shim_cpu = 0;
        ASSERT_EQ(gm_sites_init(&sites, GM_SITES_MIN), 0);
    }
    void TearDown() override { gm_sites_destroy(&sites); }

    u32 get(const gm_stack& stack) { return gm_sites_get(&sites, &stack); }
    // Gets a site in an interrupt on CPU 0, or on another CPU.
    u32 get_there(const gm_stack& stack) {
        shim_cpu = GetParam();
        u32 id = get(stack);
        shim_cpu = 0;
        return id;
    }
    // Returns stacks whose searches all begin at the same slot.
    std::vector<gm_stack> neighbours(size_t count) {
        std::vector<gm_stack> found;
        for (unsigned long i = 0; found.size() < count; ++i) {
            gm_stack stack = stack_of(i, 0, 3);
            u64 hash = sites.site[get(stack)].hash;
            gm_sites_clear(&sites);
            if (gm_sites_slot(&sites, hash) == 11)
                found.push_back(stack);
        }
        return found;
    }

    gm_sites sites;
};

TEST_P(Interrupt, MakingTheSameSiteMakesOne) {
    gm_stack stack = stack_of(1, 0, 3);

    for (unsigned nth = 1;; ++nth) {
        gm_sites_clear(&sites);
        u32 inner = 0;
        Strike strike(nth, [&] { inner = get_there(stack); });
        u32 outer = get(stack);
        if (!strike.struck()) {
            EXPECT_GT(nth, 3u);
            break;
        }
        EXPECT_EQ(inner, outer) << nth;
        EXPECT_EQ(get(stack), outer) << nth;
        EXPECT_EQ(sites.site[outer].depth, 3);
        // The id that was not used becomes the spare of this CPU and is taken by its next site.
        u32 end = gm_sites_end(&sites);
        EXPECT_LE(end, GM_FIRST_ID + 2);
        u32 next = get(stack_of(2, 0, 3));
        EXPECT_EQ(next, end == GM_FIRST_ID + 2 ? 2 * GM_FIRST_ID + 1 - outer : GM_FIRST_ID + 1)
            << nth;
    }
}

TEST_P(Interrupt, MakingAnotherSiteMakesTwo) {
    std::vector<gm_stack> stacks = neighbours(3);

    for (unsigned nth = 1;; ++nth) {
        gm_sites_clear(&sites);
        u32 first = get(stacks[0]), inner = 0;
        Strike strike(nth, [&] { inner = get_there(stacks[2]); });
        u32 outer = get(stacks[1]);
        if (!strike.struck())
            break;
        EXPECT_NE(inner, outer) << nth;
        EXPECT_NE(inner, first) << nth;
        EXPECT_NE(outer, first) << nth;
        EXPECT_EQ(get(stacks[0]), first);
        EXPECT_EQ(get(stacks[1]), outer);
        EXPECT_EQ(get(stacks[2]), inner);
        EXPECT_EQ(gm_sites_used(&sites), 4u) << nth;
        for (u32 id : {first, inner, outer})
            EXPECT_EQ(gm_sites_find(&sites, sites.site[id].hash), id) << nth;
    }
}

// For the last free id: one of the two stacks gets it, and the other one is counted in (other).
TEST_P(Interrupt, TheLastSiteIsTakenOnce) {
    for (unsigned nth = 1;; ++nth) {
        gm_sites_clear(&sites);
        for (u32 i = 0; i < GM_SITES_MIN - 3; ++i)
            get(stack_of(100 + i, 0, 3));
        u32 inner = 0;
        Strike strike(nth, [&] { inner = get_there(stack_of(1, 0, 3)); });
        u32 outer = get(stack_of(2, 0, 3));
        if (!strike.struck())
            break;
        EXPECT_EQ(std::max(inner, outer), GM_OTHER_KINDS + GM_SITES_MIN - 1) << nth;
        EXPECT_EQ(std::min<u32>(inner, outer), GHOSTMEM_SITE_OTHER) << nth;
        EXPECT_TRUE(gm_sites_full(&sites));
    }
}

// An id comes into use while a reader looks at it.
TEST_P(Interrupt, AReaderSeesASiteWholeOrEmpty) {
    bool seen = false;

    for (unsigned nth = 1;; ++nth) {
        gm_sites_clear(&sites);
        gm_site_counts counts{};
        Strike strike(nth, [&] {
            u32 id = get_there(stack_of(1, 3, 3));
            gm_site_alloc(&sites, id, 16);
            gm_site_free(&sites, id, 8);
        });
        gm_site_read(&sites, GM_FIRST_ID, &counts);
        if (!strike.struck()) {
            EXPECT_EQ(nth, 3u);
            break;
        }
        EXPECT_EQ(counts.allocs * 8, counts.allocated) << nth;
        EXPECT_EQ(counts.frees * 8, counts.freed) << nth;
        EXPECT_GE(counts.allocated, counts.freed) << nth;
        seen = seen || counts.allocated > counts.freed;
    }
    EXPECT_TRUE(seen);
}

// The spare id is given to another stack while its frames are being frozen.
struct Refill {
    gm_sites* sites;
    unsigned long frame;
    gm_stack fresh;
    u32 id;
};

unsigned long freeze_and_refill(void* context, unsigned long frame) {
    auto* refill = static_cast<Refill*>(context);

    if (frame != refill->frame)
        return frame;
    if (!refill->id)
        refill->id = gm_sites_get(refill->sites, &refill->fresh);
    return 7;
}

// A spare id still has the frames of the stack for which another id was used. If a new stack takes
// the spare while those frames are being frozen, it must keep its own frames.
TEST_P(Interrupt, FreezingLeavesASpareThatIsFilledMeanwhile) {
    const gm_stack gone = stack_of(1, 0, 3), fresh = stack_of(2, 0, 3);
    unsigned tried = 0;

    for (unsigned nth = 1;; ++nth) {
        gm_sites_clear(&sites);
        Strike strike(nth, [&] { get_there(gone); });
        get(gone);
        if (!strike.struck())
            break;
        u32 spare = *per_cpu_ptr(sites.spare, 0);
        if (!spare)
            continue;
        Refill refill{&sites, gone.frame[0], fresh, 0};
        gm_sites_freeze(&sites, freeze_and_refill, &refill);
        ASSERT_EQ(refill.id, spare) << nth;
        EXPECT_TRUE(std::equal(fresh.frame, fresh.frame + 3, sites.site[spare].frame)) << nth;
        EXPECT_EQ(get(fresh), spare) << nth;
        EXPECT_EQ(gm_sites_find(&sites, sites.site[spare].hash), spare) << nth;
        ++tried;
    }
    EXPECT_GT(tried, 0u);
}

INSTANTIATE_TEST_SUITE_P(On, Interrupt, testing::Values(0u, 1u),
                         [](const auto& info) { return info.param ? "AnotherCpu" : "ThisCpu"; });

class Under : public testing::Test {
  protected:
    static constexpr unsigned long pfn = 64UL << GM_LEAF_SHIFT;
    static constexpr u64 clock = GM_AGE_MAX + 1000;

    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_page_map_init(
                      &map, [](void*, gm_map_leaf*, unsigned long) {}, nullptr),
                  0);
        ASSERT_EQ(gm_page_map_cover(&map, pfn), 0);
        slot = gm_page_map_slot(&map, pfn);
        gm_slot_replace(slot, old);
    }
    void TearDown() override { gm_page_map_destroy(&map); }

    gm_page_map map;
    gm_record_t* slot;
    gm_record_t old = gm_record(2, 10, 1);
};

// If a page is freed or allocated anew while it is being clamped, the clamp must not undo that.
TEST_F(Under, AClampRecordsAreNotRevived) {
    for (gm_record_t now : {gm_record_t{0}, gm_record(3, 11, clock)}) {
        for (unsigned nth = 1;; ++nth) {
            *slot = old;
            gm_record_t was = 0;
            Strike strike(nth, [&] { was = gm_slot_replace(slot, now); });
            gm_page_map_clamp(&map, clock);
            if (!strike.struck()) {
                EXPECT_GE(nth, 2u);
                break;
            }
            EXPECT_EQ(*slot, now) << nth;
            EXPECT_EQ(gm_record_site(was), 2u) << nth;
        }
    }
}

// A clamp may run between a free's read and its exchange: the free gets the clamped record.
TEST_F(Under, AFreeAClampDoesNotCountTwice) {
    for (unsigned nth = 1;; ++nth) {
        *slot = old;
        Strike strike(nth, [&] { gm_page_map_clamp(&map, clock); });
        gm_record_t was = gm_slot_replace(slot, 0);
        if (!strike.struck()) {
            EXPECT_GE(nth, 2u);
            break;
        }
        EXPECT_EQ(*slot, 0u);
        EXPECT_EQ(gm_record_site(was), 2u);
        EXPECT_EQ(gm_record_age(was, clock), GM_AGE_MAX);
    }
}

// A page that a broken driver frees on two CPUs at once is counted as freed only once.
TEST_F(Under, AFreeAnotherFreeOneCounts) {
    for (unsigned nth = 1;; ++nth) {
        *slot = old;
        gm_record_t inner = 0;
        Strike strike(nth, [&] { inner = gm_slot_replace(slot, 0); });
        gm_record_t outer = gm_slot_replace(slot, 0);
        if (!strike.struck()) {
            EXPECT_GE(nth, 2u);
            break;
        }
        EXPECT_EQ(inner + outer, old);
        EXPECT_EQ(*slot, 0u);
    }
}

// Wherever a walk may be interrupted, leaves before, at and after its position may go away.
TEST_F(Under, AWalkLeavesComeAndGo) {
    auto count = [](void* context, gm_record_t) { ++*static_cast<unsigned*>(context); };

    for (unsigned long moving = 0; moving < 4; ++moving) {
        for (unsigned nth = 1;; ++nth) {
            unsigned long cursor = 0;
            unsigned seen = 0;
            for (unsigned long i = 0; i < 4; ++i) {
                ASSERT_EQ(gm_page_map_cover(&map, pfn + i * GM_LEAF_PAGES), 0);
                *gm_page_map_slot(&map, pfn + i * GM_LEAF_PAGES) = old;
            }
            Strike strike(nth, [&] {
                gm_page_map_uncover(&map, pfn + moving * GM_LEAF_PAGES, GM_LEAF_PAGES);
            });
            EXPECT_FALSE(gm_page_map_walk(&map, &cursor, 10, count, &seen));
            if (!strike.struck()) {
                EXPECT_EQ(seen, 4u);
                EXPECT_EQ(nth, 9u);
                break;
            }
            // Each leaf has two points: one before it, at its lock, and one after it.
            EXPECT_EQ(seen, moving < nth / 2 ? 4u : 3u) << moving << " at " << nth;
        }
    }
}

} // namespace
} // namespace ghostmem::native
