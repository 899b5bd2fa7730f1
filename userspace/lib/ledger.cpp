#include "lib/ledger.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace ghostmem {

namespace {

uint64_t add(uint64_t a, uint64_t b) {
    constexpr auto most = std::numeric_limits<uint64_t>::max();
    return a > most - b ? most : a + b;
}

uint64_t excess(uint64_t a, uint64_t b) {
    return a > b ? a - b : 0;
}

uint64_t sum(const Meminfo& meminfo, std::initializer_list<const char*> keys) {
    uint64_t bytes = 0;
    for (const char* key : keys)
        bytes = add(bytes, meminfo.get(key));
    return bytes;
}

// Buffers + Cached + SwapCached is NR_FILE_PAGES, which has shared memory in it
// already. AnonPages counts mapped anonymous pages, and a page of the swap cache may
// be mapped as well. How many are both, no line says, but both are on the LRU lists
// once: what the sum has more than the lists, up to the size of the swap cache, is
// the overlap.
uint64_t applications(const Meminfo& meminfo) {
    const uint64_t counted = sum(meminfo, {"Buffers", "Cached", "SwapCached", "AnonPages"});
    const uint64_t lists = sum(meminfo, {"Active", "Inactive", "Unevictable"});
    if (lists == 0)
        return counted;
    return counted - std::min(excess(counted, lists), meminfo.get("SwapCached"));
}

// Lines left out on purpose: CmaFree and Unaccepted are part of MemFree; Balloon is
// outside MemTotal with most balloon drivers; ShadowCallStack is vmalloc memory.
uint64_t kernel(const Meminfo& meminfo) {
    uint64_t bytes =
        sum(meminfo, {"Slab", "PageTables", "SecPageTables", "Percpu", "Bounce", "WritebackTmp",
                      "Zswap", "HardwareCorrupted", "GPUActive", "GPUReclaim"});

    // KReclaimable is SReclaimable, which Slab has, and other reclaimable pages.
    bytes = add(bytes, excess(meminfo.get("KReclaimable"), meminfo.get("SReclaimable")));

    // VmallocUsed counts every page behind a vmalloc area, and with CONFIG_VMAP_STACK
    // (every distribution) kernel stacks are such areas: KernelStack then is a part of
    // VmallocUsed. Without it VmallocUsed may be the smaller one. The larger of the
    // two is right in the first case and errs by less than the stacks in the second.
    bytes = add(bytes, std::max(meminfo.get("VmallocUsed"), meminfo.get("KernelStack")));

    // Hugetlb (since 4.20) has all huge page sizes; before it, the default one is told.
    if (const auto hugetlb = meminfo.find("Hugetlb"))
        return add(bytes, *hugetlb);
    const uint64_t pages = meminfo.get("HugePages_Total");
    const uint64_t size = meminfo.get("Hugepagesize");
    if (size != 0 && pages > std::numeric_limits<uint64_t>::max() / size)
        return std::numeric_limits<uint64_t>::max();
    return add(bytes, pages * size);
}

} // namespace

Ledger make_ledger(const Meminfo& meminfo) {
    Ledger ledger;
    ledger.total = meminfo.get("MemTotal");
    ledger.free = meminfo.get("MemFree");
    ledger.applications = applications(meminfo);
    ledger.kernel = kernel(meminfo);
    const uint64_t accounted = add(add(ledger.free, ledger.applications), ledger.kernel);
    ledger.ghost = excess(ledger.total, accounted);
    const uint64_t overlap = excess(accounted, ledger.total);
    constexpr uint64_t most = std::numeric_limits<int64_t>::max();
    ledger.residual = -static_cast<int64_t>(std::min(overlap, most));
    return ledger;
}

} // namespace ghostmem
