#include "support/ledger.h"

#include <stdexcept>

namespace ghostmem::native {
namespace {

void book_free(void* context, u32 site, unsigned long pages) {
    auto* ledger = static_cast<Ledger*>(context);

    if (!gm_sites_valid(&ledger->sites, site))
        throw std::logic_error("a record names a site that does not exist");
    gm_site_free(&ledger->sites, site, pages);
}

void book_stale(void* context, u32 site, unsigned long pages) {
    static_cast<Ledger*>(context)->stale += pages;
    book_free(context, site, pages);
}

// Counts the records of a leaf as freed before the leaf goes away.
void book_offline(void* context, gm_map_leaf* leaf, unsigned long) {
    for (gm_record_t record : leaf->record) {
        if (!record)
            continue;
        book_free(context, gm_record_site(record), 1);
        ++static_cast<Ledger*>(context)->offlined;
    }
}

// Exists while a hook runs.
struct Hook {
    Hook() { shim_hook_enter(); }
    ~Hook() { shim_hook_leave(); }
};

} // namespace

gm_stack stack_of(unsigned long number, unsigned order, unsigned depth) {
    gm_stack stack{};

    stack.block.order = order;
    stack.depth = static_cast<u8>(depth);
    for (unsigned i = 0; i < depth; ++i)
        stack.frame[i] = 0xffffffff81000000UL + number * 0x1000 + i * 16;
    return stack;
}

Ledger::Ledger(u32 max_sites) {
    if (gm_page_map_init(&map, book_offline, this))
        throw std::bad_alloc();
    if (gm_sites_init(&sites, max_sites)) {
        gm_page_map_destroy(&map);
        throw std::bad_alloc();
    }
}

Ledger::~Ledger() {
    gm_page_map_destroy(&map);
    gm_sites_destroy(&sites);
}

u32 Ledger::allocate(unsigned long pfn, const gm_stack& stack, u32 pid, u64 clock) {
    Hook hook;
    gm_map_leaf* leaf = gm_page_map_leaf(&map, pfn);

    if (!leaf) {
        ++no_leaf;
        return 0;
    }
    u32 site = gm_sites_get(&sites, &stack);
    unsigned long pages = 1UL << stack.block.order;
    gm_record_t record = gm_record(site, pid, clock);
    gm_record_t* slot = gm_leaf_slot(leaf, pfn);
    gm_site_alloc(&sites, site, pages);
    if (pages > 1) {
        gm_slots_replace(slot, pages, record, book_stale, this);
        return site;
    }
    gm_record_t old = gm_slot_replace(slot, record);
    if (old)
        book_stale(this, gm_record_site(old), 1);
    return site;
}

void Ledger::release(unsigned long pfn, unsigned long nr) {
    Hook hook;
    gm_map_leaf* leaf = gm_page_map_leaf(&map, pfn);

    if (!leaf) {
        ++no_leaf;
        return;
    }
    if (nr > 1) {
        unknown += static_cast<unsigned long>(gm_page_map_swap(&map, pfn, nr, 0, book_free, this));
        return;
    }
    gm_record_t old = gm_slot_replace(gm_leaf_slot(leaf, pfn), 0);
    if (old)
        book_free(this, gm_record_site(old), 1);
    else
        ++unknown;
}

gm_site_counts Ledger::counts(u32 site) const {
    gm_site_counts counts{};

    gm_site_read(&sites, site, &counts);
    return counts;
}

} // namespace ghostmem::native
