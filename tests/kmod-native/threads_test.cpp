// Several threads act as CPUs, with concurrent readers. Races are only detected under the thread
// sanitizer, but the sums must be right in every build.
#include <array>
#include <functional>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "support/ledger.h"

namespace ghostmem::native {
namespace {

constexpr unsigned cpus = 4;
constexpr unsigned long base = 64UL << GM_LEAF_SHIFT;
constexpr unsigned long own_pages = 256;

struct Block {
    unsigned long pfn;
    unsigned long nr;
};

// Passes pages from one CPU to another under a lock, like the page allocator.
class Exchange {
  public:
    void give(Block block) {
        std::lock_guard guard(lock);
        blocks.push_back(block);
    }
    bool take(Block& block) {
        std::lock_guard guard(lock);
        if (blocks.empty())
            return false;
        block = blocks.back();
        blocks.pop_back();
        return true;
    }

  private:
    std::mutex lock;
    std::vector<Block> blocks;
};

class Threads : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_page_map_cover(&ledger.map, base), 0);
    }

    // Runs @work on each CPU, and @readers repeatedly until all CPUs have finished.
    void run(const std::function<void(unsigned)>& work,
             const std::vector<std::function<void()>>& readers = {}) {
        std::vector<std::thread> working, reading;
        std::atomic<bool> done{false};

        for (const auto& reader : readers) {
            reading.emplace_back([&done, &reader] {
                shim_cpu = cpus;
                while (!done)
                    reader();
            });
        }
        for (unsigned cpu = 0; cpu < cpus; ++cpu) {
            working.emplace_back([cpu, &work] {
                shim_cpu = cpu;
                work(cpu);
            });
        }
        for (std::thread& thread : working)
            thread.join();
        done = true;
        for (std::thread& thread : reading)
            thread.join();
    }

    // The work of one CPU: allocates blocks of its own pages and frees them in parts; some pages
    // are freed by other CPUs.
    void work(unsigned cpu, unsigned rounds) {
        for (unsigned round = 0; round < rounds; ++round) {
            unsigned order = round % 5;
            unsigned long pfn = base + cpu * own_pages, nr = 1UL << order;
            Block block;

            ledger.allocate(pfn, stack_of(round % 90, order, 5), cpu, 1 + round);
            booked += nr;
            ledger.release(pfn + nr / 2, nr - nr / 2);
            if (nr > 1)
                ledger.release(pfn, nr / 2);
            // A page that is allocated only once, and passed on for any CPU to free.
            pfn += 32 + round % (own_pages - 32);
            if (round < own_pages - 32) {
                ledger.allocate(pfn, stack_of(round % 7, 0, 5), cpu, 1 + round);
                ++booked;
                exchange.give({pfn, 1});
            }
            if (round % 2 && exchange.take(block))
                ledger.release(block.pfn, block.nr);
        }
    }

    void expect_nothing_lives() {
        Block block;
        u64 allocated = 0;

        while (exchange.take(block))
            ledger.release(block.pfn, block.nr);
        for (u32 id = 1; id < gm_sites_end(&ledger.sites); ++id) {
            EXPECT_EQ(ledger.counts(id).live, 0u) << id;
            EXPECT_EQ(ledger.counts(id).allocated, ledger.counts(id).freed) << id;
            allocated += ledger.counts(id).allocated;
        }
        EXPECT_EQ(allocated, booked);
        EXPECT_EQ(ledger.unknown, 0u);
        EXPECT_EQ(ledger.stale, 0u);
    }

    Ledger ledger{200};
    Exchange exchange;
    std::atomic<u64> booked{0};
};

TEST_F(Threads, CountEveryPageWhileOthersRead) {
    auto walk = [this] {
        unsigned long cursor = 0;
        u32 end = gm_sites_end(&ledger.sites);
        gm_page_map_walk(
            &ledger.map, &cursor, 1, [](void*, gm_record_t) {}, nullptr);
        for (u32 id = 1; id < end; ++id) {
            gm_site_counts counts = ledger.counts(id);
            EXPECT_LE(counts.live, counts.allocated);
        }
    };
    // Years later than any record, so that each record is clamped, again and again.
    auto clamp = [this] { gm_page_map_clamp(&ledger.map, GM_AGE_MAX + 100000); };

    run([this](unsigned cpu) { work(cpu, 10000); }, {walk, clamp});
    expect_nothing_lives();
}

TEST_F(Threads, FindWhatOthersMake) {
    std::atomic<u32> made[60]{};
    std::vector<u64> hashes;
    for (unsigned long i = 0; i < 60; ++i) {
        gm_stack stack = stack_of(i, 0, 8);
        hashes.push_back(ledger.sites.site[gm_sites_get(&ledger.sites, &stack)].hash);
    }
    gm_sites_clear(&ledger.sites);
    // A site that can be found must be complete.
    auto find = [&] {
        for (unsigned long i = 0; i < 60; ++i) {
            u32 id = gm_sites_find(&ledger.sites, hashes[i]);
            EXPECT_TRUE(!id || ledger.sites.site[id].frame[7] == stack_of(i, 0, 8).frame[7]);
        }
    };

    run(
        [&](unsigned cpu) {
            for (unsigned long i = 0; i < 60; ++i) {
                u32 id = gm_sites_get(&ledger.sites, std::array{stack_of(i, 0, 8)}.data());
                u32 first = 0;
                EXPECT_TRUE(made[i].compare_exchange_strong(first, id) || first == id) << cpu;
                EXPECT_EQ(gm_sites_find(&ledger.sites, hashes[i]), id);
                EXPECT_EQ(ledger.sites.site[id].frame[7], stack_of(i, 0, 8).frame[7]);
                gm_site_alloc(&ledger.sites, id, 1);
            }
        },
        {find, find});
    for (const auto& id : made)
        EXPECT_EQ(ledger.counts(id).allocs, cpus);
    // Ids that lost a race are kept as spares, at most one per CPU.
    EXPECT_LE(gm_sites_used(&ledger.sites), 61 + cpus);
}

unsigned long freeze_some(void* context, unsigned long frame) {
    unsigned long some = *static_cast<unsigned long*>(context);

    return frame >> 12 & 1 && (frame >> 4 & 0xff) == some ? 7 : frame;
}

TEST_F(Threads, CountEveryPageWhileCodeGoesAway) {
    auto freeze = [this] {
        for (unsigned long frame = 0; frame < 5; ++frame)
            gm_sites_freeze(&ledger.sites, freeze_some, &frame);
    };

    run([this](unsigned cpu) { work(cpu, 5000); }, {freeze});
    expect_nothing_lives();
}

// A leaf comes and goes while hooks run: they must see it completely or not at all.
TEST_F(Threads, LoseNoPageThatGoesOffline) {
    unsigned long moving = base + GM_LEAF_PAGES;
    std::atomic<unsigned long> rounds{0};
    auto plug = [&] {
        EXPECT_EQ(gm_page_map_cover(&ledger.map, moving), 0);
        std::this_thread::yield();
        gm_page_map_uncover(&ledger.map, moving, GM_LEAF_PAGES);
        ++rounds;
        std::this_thread::yield();
    };
    auto walk = [this] {
        unsigned long cursor = 0;
        gm_page_map_walk(
            &ledger.map, &cursor, 10, [](void*, gm_record_t) {}, nullptr);
    };

    run(
        [&](unsigned cpu) {
            unsigned long pfn = moving + cpu * own_pages;
            // On a busy machine it takes a while until the leaf was seen both present and absent.
            for (unsigned round = 0; round < 2000 || rounds < 20 ||
                                     ((!ledger.offlined || !ledger.no_leaf) && round < 10000000);
                 ++round) {
                if (ledger.allocate(pfn, stack_of(cpu, 2, 5), cpu, 1))
                    booked += 4;
                if (round % 3)
                    ledger.release(pfn, 4);
            }
            ledger.release(pfn, 4);
        },
        {plug, walk});
    u64 allocated = 0, freed = 0;
    for (u32 id = 2; id < gm_sites_end(&ledger.sites); ++id) {
        allocated += ledger.counts(id).allocated;
        freed += ledger.counts(id).freed;
    }
    EXPECT_EQ(allocated, booked);
    EXPECT_EQ(freed, booked);
    EXPECT_GT(ledger.offlined, 0u);
    EXPECT_GT(ledger.no_leaf, 0u);
}

} // namespace
} // namespace ghostmem::native
