// The same events for the kernel module's tables and for the model, in a small piece of memory,
// and whether both come to the same.
#pragma once

#include "support/ledger.h"
#include "support/model.h"

namespace ghostmem::native {

class Session {
  public:
    // The memory: leaves that two mids share.
    static constexpr unsigned long leaves = 4;
    static constexpr unsigned long first_pfn = (GM_MID_LEAVES - leaves / 2) << GM_LEAF_SHIFT;
    // Stacks that there are; their sites, by order, are more than fit.
    static constexpr unsigned long stacks = 32;

    Session();

    // A block of the page allocator, which begins at a multiple of its size.
    void allocate(unsigned long pfn, unsigned order, unsigned long stack, u32 pid);
    void release(unsigned long pfn, unsigned long nr);
    void cover(unsigned long leaf);
    // Leaves that may not be there.
    void uncover(unsigned long leaf, unsigned long nr);
    // Time goes on, by at most GM_CLAMP_PERIOD, and ages are clamped.
    void tick(u64 seconds);
    // The code of the stack goes away.
    void freeze(unsigned long stack);
    void reset();
    // All that can be compared.
    void compare();

    // The first difference, empty while there is none.
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
