// A page map and a site table kept together, as kmod/record/ keeps them, with
// neither hooks nor an unwinder: the caller says which stack it is.
#pragma once

#include "support/kmod.h"

namespace ghostmem::native {

// The @number-th of many stacks, of 1 to GHOSTMEM_STACK_MAX frames, innermost first.
gm_stack stack_of(unsigned long number, unsigned order, unsigned depth);

class Ledger {
  public:
    explicit Ledger(u32 max_sites);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // The site that the block was booked on, or 0 where the map has no leaf.
    u32 allocate(unsigned long pfn, const gm_stack& stack, u32 pid, u64 clock);
    // @nr frames from @pfn on, of whatever blocks.
    void release(unsigned long pfn, unsigned long nr);

    gm_site_counts counts(u32 site) const;

    gm_page_map map;
    gm_sites sites;
    std::atomic<unsigned long> unknown{0};  // pages freed that had no record
    std::atomic<unsigned long> stale{0};    // pages allocated that still had one
    std::atomic<unsigned long> offlined{0}; // records that went with their leaf
    std::atomic<unsigned long> no_leaf{0};  // events where the map is not
};

} // namespace ghostmem::native
