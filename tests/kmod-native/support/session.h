// Applies the same events to the kernel module's tables and to the model, in a small range of
// memory, and compares the results.
#pragma once

#include "support/ledger.h"
#include "support/model.h"

namespace ghostmem::native {

class Session {
  public:
    // The memory: leaves on both sides of the end of a mid.
    static constexpr unsigned long leaves = 4;
    static constexpr unsigned long first_pfn = (GM_MID_LEAVES - leaves / 2) << GM_LEAF_SHIFT;
    // The number of stacks. Each makes a site per order, which is more than fit into the table.
    static constexpr unsigned long stacks = 32;

    Session();

    // Allocates a block, which begins at a multiple of its size, as in the page allocator.
    void allocate(unsigned long pfn, unsigned order, unsigned long stack, u32 pid);
    void release(unsigned long pfn, unsigned long nr);
    void cover(unsigned long leaf);
    // Uncovers @nr leaves, which need not exist.
    void uncover(unsigned long leaf, unsigned long nr);
    // Advances the clock by at most GM_CLAMP_PERIOD, and clamps the ages.
    void tick(u64 seconds);
    // Freezes the stack, as when its code goes away.
    void freeze(unsigned long stack);
    void reset();
    // Compares everything that can be compared.
    void compare();

    // The first difference found; empty if there is none.
    const std::string& difference() const { return found; }

  private:
    void expect(const char* what, u64 wanted, u64 got);
    void compare_sites();
    void compare_records();
    void compare_walk();

    Ledger ledger;
    Model model;
    u64 clock = 1;
    std::string found;
};

} // namespace ghostmem::native
