#include "support/session.h"

namespace ghostmem::native {
namespace {

constexpr unsigned long frozen = 7;

// Depths differ, so that both shallow stacks and stacks of the maximum depth are used.
unsigned depth_of(unsigned long stack) {
    return 1 + stack * 5 % GHOSTMEM_STACK_MAX;
}

unsigned long freeze_frame(void* context, unsigned long frame) {
    return frame == *static_cast<unsigned long*>(context) ? frozen : frame;
}

void count_record(void* context, gm_record_t record) {
    ++(*static_cast<std::map<u32, u64>*>(context))[gm_record_site(record)];
}

} // namespace

Session::Session()
    : ledger(GM_SITES_MIN), model(GM_FIRST_ID, GM_OTHER_KINDS + GM_SITES_MIN, GM_LEAF_PAGES) {}

void Session::expect(const char* what, u64 wanted, u64 got) {
    if (wanted != got && found.empty())
        found = std::string(what) + ": " + std::to_string(got) + ", and by the model " +
                std::to_string(wanted);
}

void Session::allocate(unsigned long pfn, unsigned order, unsigned long stack, u32 pid) {
    pfn &= ~((1UL << order) - 1);
    u32 site = ledger.allocate(pfn, stack_of(stack, order, depth_of(stack)), pid, clock);
    expect("site of a new block", model.allocate(pfn, {stack, order}, pid, clock), site);
}

void Session::release(unsigned long pfn, unsigned long nr) {
    ledger.release(pfn, nr);
    model.release(pfn, nr);
    expect("pages of unknown origin", model.unknown, ledger.unknown);
}

void Session::cover(unsigned long leaf) {
    unsigned long pfn = first_pfn + leaf * GM_LEAF_PAGES;

    // Any pfn in the leaf covers all of it.
    expect("cover", 0, static_cast<u64>(gm_page_map_cover(&ledger.map, pfn + leaf * 17)));
    model.cover(pfn);
}

void Session::uncover(unsigned long leaf, unsigned long nr) {
    unsigned long pfn = first_pfn + leaf * GM_LEAF_PAGES;

    gm_page_map_uncover(&ledger.map, pfn, nr * GM_LEAF_PAGES);
    for (unsigned long i = 0; i < nr; ++i)
        model.uncover(pfn + i * GM_LEAF_PAGES);
    expect("records that went offline", model.offlined, ledger.offlined);
}

void Session::tick(u64 seconds) {
    clock += seconds;
    gm_page_map_clamp(&ledger.map, clock);
}

void Session::freeze(unsigned long stack) {
    // Freeze the outermost frame, which no other stack has.
    unsigned depth = depth_of(stack);
    unsigned long frame = stack_of(stack, 0, depth).frame[depth - 1];

    gm_sites_freeze(&ledger.sites, freeze_frame, &frame);
    model.retire(stack);
}

void Session::reset() {
    gm_page_map_clear(&ledger.map);
    gm_sites_clear(&ledger.sites);
    model.clear();
    expect("sites after a reset", 1, gm_sites_used(&ledger.sites));
}

void Session::compare() {
    expect("pages of unknown origin", model.unknown, ledger.unknown);
    expect("stale pages", model.stale, ledger.stale);
    expect("records that went offline", model.offlined, ledger.offlined);
    expect("events without a leaf", model.no_leaf, ledger.no_leaf);
    compare_sites();
    compare_records();
    compare_walk();
    // The map's own count of bytes must equal what it has allocated.
    expect("bytes", static_cast<u64>(shim_memory().bytes) - gm_sites_estimate(GM_SITES_MIN),
           static_cast<u64>(atomic_long_read(&ledger.map.bytes)));
}

void Session::compare_sites() {
    expect("end of ids", model.sites.size(), gm_sites_end(&ledger.sites));
    for (u32 id = 1; id < model.sites.size(); ++id) {
        const Model::Site& site = model.sites[id];
        gm_site_counts counts = ledger.counts(id);

        expect("pages allocated", site.allocated, counts.allocated);
        expect("pages freed", site.freed, counts.freed);
        expect("live pages", site.allocated - site.freed, counts.live);
        expect("blocks allocated", site.allocated >> site.key.order, counts.allocs);
        expect("blocks freed", site.freed >> site.key.order, counts.frees);
        // A site can be found by its hash unless its code is gone.
        u64 hash = ledger.sites.site[id].hash;
        expect("retired", site.retired, hash == 0);
        if (!site.retired)
            expect("site by its hash", id, gm_sites_find(&ledger.sites, hash));
    }
}

// Compares the records of all pages in the model. compare_walk() checks faster that there are no
// other records.
void Session::compare_records() {
    for (unsigned long leaf = 0; leaf < leaves; ++leaf) {
        unsigned long pfn = first_pfn + leaf * GM_LEAF_PAGES;

        expect("leaf", model.covers(pfn), gm_page_map_slot(&ledger.map, pfn) != nullptr);
    }
    for (const auto& [pfn, page] : model.pages) {
        gm_record_t record = gm_page_map_get(&ledger.map, pfn);

        expect("a page's site", page.site, gm_record_site(record));
        expect("a page's pid", page.pid, gm_record_pid(record));
        expect("a page's age", std::min<u64>(clock - page.clock, GM_AGE_MAX),
               gm_record_age(record, clock));
    }
}

void Session::compare_walk() {
    std::map<u32, u64> walked, wanted;
    unsigned long cursor = 0, steps = 0;

    for (const auto& [pfn, page] : model.pages)
        ++wanted[page.site];
    while (gm_page_map_walk(&ledger.map, &cursor, 1, count_record, &walked))
        ++steps;
    expect("steps of a walk", model.leaves.empty() ? 0 : model.leaves.size() - 1, steps);
    expect("records that a walk meets", true, wanted == walked);
}

} // namespace ghostmem::native
