#include "support/model.h"

#include <algorithm>

namespace ghostmem::native {
namespace {

// Site 0 is none, site 1 is (other).
constexpr uint32_t other = 1;

} // namespace

Model::Model(uint32_t first, uint32_t max_sites, unsigned long leaf_pages)
    : first(first), max_sites(max_sites), leaf_pages(leaf_pages) {
    clear();
}

void Model::clear() {
    pages.clear();
    sites.assign(first, Site{.key = {}, .retired = true, .allocated = 0, .freed = 0});
}

uint32_t Model::site_of(Key key) {
    for (uint32_t id = first; id < sites.size(); ++id) {
        if (!sites[id].retired && sites[id].key == key)
            return id;
    }
    if (sites.size() == max_sites)
        return other;
    sites.push_back({.key = key, .retired = false, .allocated = 0, .freed = 0});
    return static_cast<uint32_t>(sites.size() - 1);
}

unsigned long Model::forget_all(unsigned long pfn, unsigned long end) {
    unsigned long known = 0;

    for (auto page = pages.lower_bound(pfn); page != pages.end() && page->first < end; ++known) {
        ++sites[page->second.site].freed;
        page = pages.erase(page);
    }
    return known;
}

uint32_t Model::allocate(unsigned long pfn, Key key, uint32_t pid, uint64_t clock) {
    if (!covers(pfn)) {
        ++no_leaf;
        return 0;
    }
    uint32_t site = site_of(key);
    for (unsigned long i = pfn; i < pfn + (1UL << key.order); ++i) {
        stale += forget_all(i, i + 1);
        pages[i] = {site, pid, clock};
        ++sites[site].allocated;
    }
    return site;
}

void Model::release(unsigned long pfn, unsigned long nr) {
    if (!covers(pfn)) {
        ++no_leaf;
        return;
    }
    // Pages after the first missing leaf count as unknown, like those of the missing leaf.
    unsigned long end = pfn;
    while (end < pfn + nr && covers(end))
        end = std::min(pfn + nr, (end / leaf_pages + 1) * leaf_pages);
    unknown += nr - forget_all(pfn, end);
}

void Model::uncover(unsigned long pfn) {
    unsigned long leaf = pfn / leaf_pages;

    leaves.erase(leaf);
    offlined += forget_all(leaf * leaf_pages, (leaf + 1) * leaf_pages);
}

void Model::retire(unsigned long stack) {
    for (Site& site : sites) {
        if (site.key.stack == stack)
            site.retired = true;
    }
}

} // namespace ghostmem::native
