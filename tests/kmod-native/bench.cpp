// Measures what an event costs in the tables, in nanoseconds on this machine: without hooks and
// stacks, and without other code that uses the caches. `make bench` counts the instructions of a
// whole event, in a guest.
#include <benchmark/benchmark.h>

#include "support/ledger.h"

namespace ghostmem::native {
namespace {

constexpr unsigned long pfn = 64UL << GM_LEAF_SHIFT;
constexpr u32 sites_max = 65536;
constexpr unsigned depth = 12;

void count_pages(void* context, u32, unsigned long pages) {
    *static_cast<unsigned long*>(context) += pages;
}

// A table with as many sites as a busy host has.
class Sites : public benchmark::Fixture {
  public:
    void SetUp(const benchmark::State&) override {
        if (gm_sites_init(&sites, sites_max))
            std::abort();
        for (unsigned long i = 0; i < known; ++i) {
            gm_stack stack = stack_of(i, 0, depth);
            hashes[i] = sites.site[gm_sites_get(&sites, &stack)].hash;
        }
    }
    void TearDown(const benchmark::State&) override { gm_sites_destroy(&sites); }

    static constexpr unsigned long known = 4096;
    gm_sites sites;
    u64 hashes[known];
};

BENCHMARK_DEFINE_F(Sites, FindHit)(benchmark::State& state) {
    const unsigned long few = static_cast<unsigned long>(state.range(0));
    unsigned long i = 0;

    for (auto _ : state)
        benchmark::DoNotOptimize(gm_sites_find(&sites, hashes[i++ & (few - 1)]));
}
// The same site each time; then more sites than fit into the L1 cache.
BENCHMARK_REGISTER_F(Sites, FindHit)->Arg(1)->Arg(64)->Arg(4096);

BENCHMARK_DEFINE_F(Sites, FindMiss)(benchmark::State& state) {
    u64 hash = 1;

    for (auto _ : state)
        benchmark::DoNotOptimize(gm_sites_find(&sites, hash += 0x9e3779b97f4a7c15));
}
BENCHMARK_REGISTER_F(Sites, FindMiss);

BENCHMARK_DEFINE_F(Sites, GetHit)(benchmark::State& state) {
    gm_stack stack = stack_of(1, 0, depth);

    for (auto _ : state)
        benchmark::DoNotOptimize(gm_sites_get(&sites, &stack));
}
BENCHMARK_REGISTER_F(Sites, GetHit);

// Each stack is a new one. Limited to the table's room, so that none is counted in (other).
BENCHMARK_DEFINE_F(Sites, GetInsert)(benchmark::State& state) {
    gm_stack stack = stack_of(known, 0, depth);

    for (auto _ : state) {
        ++stack.frame[0];
        benchmark::DoNotOptimize(gm_sites_get(&sites, &stack));
    }
    if (gm_sites_full(&sites))
        state.SkipWithError("the table was full");
}
BENCHMARK_REGISTER_F(Sites, GetInsert)->Iterations(sites_max / 2);

BENCHMARK_DEFINE_F(Sites, Count)(benchmark::State& state) {
    for (auto _ : state) {
        gm_site_alloc(&sites, 2, 1);
        gm_site_free(&sites, 2, 1);
    }
}
BENCHMARK_REGISTER_F(Sites, Count);

class PageMap : public benchmark::Fixture {
  public:
    void SetUp(const benchmark::State&) override {
        auto ignore = [](void*, gm_map_leaf*, unsigned long) {};
        if (gm_page_map_init(&map, ignore, nullptr) || gm_page_map_cover(&map, pfn))
            std::abort();
    }
    void TearDown(const benchmark::State&) override { gm_page_map_destroy(&map); }

    // Looks up the slot through a pointer that the compiler cannot track, so that it cannot reuse
    // an earlier lookup.
    gm_record_t* slot(unsigned long i) {
        gm_page_map* known = &map;
        benchmark::DoNotOptimize(known);
        return gm_page_map_slot(known, pfn + i % GM_LEAF_PAGES);
    }

    gm_page_map map;
    gm_record_t record = gm_record(2, 1000, 1);
};

// Allocates and frees a page: two lookups, one plain store and one exchange.
BENCHMARK_DEFINE_F(PageMap, PagePair)(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(gm_slot_replace(slot(7), record));
        benchmark::DoNotOptimize(gm_slot_replace(slot(7), 0));
    }
}
BENCHMARK_REGISTER_F(PageMap, PagePair);

BENCHMARK_DEFINE_F(PageMap, PageFreeOfTheUnknown)(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(gm_slot_replace(slot(7), 0));
}
BENCHMARK_REGISTER_F(PageMap, PageFreeOfTheUnknown);

// Allocates and frees a whole block; the argument is its order.
BENCHMARK_DEFINE_F(PageMap, BlockPair)(benchmark::State& state) {
    unsigned long pages = 1UL << state.range(0), freed = 0;

    for (auto _ : state) {
        gm_slots_replace(slot(0), pages, record, count_pages, &freed);
        gm_page_map_swap(&map, pfn, pages, 0, count_pages, &freed);
    }
    if (freed != pages * state.iterations())
        state.SkipWithError("pages were lost");
}
BENCHMARK_REGISTER_F(PageMap, BlockPair)->Arg(0)->Arg(3)->Arg(9);

BENCHMARK_DEFINE_F(PageMap, WalkOfALeaf)(benchmark::State& state) {
    unsigned long seen = 0;

    for (unsigned long i = 0; i < GM_LEAF_PAGES; ++i)
        gm_slot_replace(slot(i), record);
    for (auto _ : state) {
        unsigned long cursor = 0;
        auto count = [](void* context, gm_record_t) { ++*static_cast<unsigned long*>(context); };
        gm_page_map_walk(&map, &cursor, 1, count, &seen);
    }
    if (seen != GM_LEAF_PAGES * state.iterations())
        state.SkipWithError("pages were lost");
}
BENCHMARK_REGISTER_F(PageMap, WalkOfALeaf);

} // namespace
} // namespace ghostmem::native

BENCHMARK_MAIN();
