// A page map and a site table that are updated together, as by kmod/record/, but with neither hooks
// nor an unwinder: the caller provides the stack.
#pragma once

#include "support/kmod.h"

namespace ghostmem::native {

// Returns the @number-th of many stacks, with 1 to GHOSTMEM_STACK_MAX frames, innermost first.
gm_stack stack_of(unsigned long number, unsigned order, unsigned depth);

class Ledger {
  public:
    explicit Ledger(u32 max_sites);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // Returns the site that the block was counted on, or 0 if the map has no leaf there.
    u32 allocate(unsigned long pfn, const gm_stack& stack, u32 pid, u64 clock);
    // Frees @nr frames from @pfn on, which may belong to any blocks.
    void release(unsigned long pfn, unsigned long nr);

    gm_site_counts counts(u32 site) const;

    gm_page_map map;
    gm_sites sites;
    std::atomic<unsigned long> unknown{0};  // pages freed that had no record
    std::atomic<unsigned long> stale{0};    // pages allocated that still had one
    std::atomic<unsigned long> offlined{0}; // records that went with their leaf
    std::atomic<unsigned long> no_leaf{0};  // events where the map has no leaf
};

} // namespace ghostmem::native
