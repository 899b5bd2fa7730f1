#include "lib/ledger/ledger.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "lib/base/saturate.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

/// The static part of per-CPU memory: some 60 pages per CPU on kernels of distributions.
constexpr uint64_t first_chunk = 256 * 1024;

/// The number of counters that the ledger's remainder is computed from.
constexpr uint64_t counters_read = 10;

uint64_t sum(const Meminfo& meminfo, std::initializer_list<const char*> keys) {
    uint64_t bytes = 0;
    for (const char* key : keys)
        bytes = add(bytes, meminfo.get(key));
    return bytes;
}

// Hugetlb (since 4.16, fcb2b0c577f1) has all huge page sizes; older kernels report only the default
// one.
uint64_t huge_pages(const Meminfo& meminfo) {
    if (const auto hugetlb = meminfo.find("Hugetlb"))
        return *hugetlb;
    return multiply(meminfo.get("HugePages_Total"), meminfo.get("Hugepagesize"));
}

// VmallocUsed is the pages behind vmalloc areas since 5.3 (97105f0ab7b8). From 4.4 on
// (a5ad88ce8c7f) it was 0. Before that it was the address space of the areas, including registers
// of devices, which are not memory. Only those kernels have a VmallocChunk that is not 0.
uint64_t vmalloc(const Meminfo& meminfo) {
    return meminfo.get("VmallocChunk") != 0 ? 0 : meminfo.get("VmallocUsed");
}

/// Adds entries, and sums them up by group.
class Books {
  public:
    Books(const LedgerSources& sources, Ledger& ledger)
        : meminfo_(sources.meminfo), sources_(sources), ledger_(ledger) {
        if (sources.census != nullptr)
            classes_ = sources.census->classes();
    }

    void close() {
        ledger_.total = meminfo_.get("MemTotal");
        free();
        applications();
        kernel();
        ghosts();
        ledger_.ghost_error = error();
    }

  private:
    void enter(LedgerGroup group, std::string_view name, uint64_t bytes) {
        uint64_t& total = group == LedgerGroup::free           ? ledger_.free
                          : group == LedgerGroup::applications ? ledger_.applications
                                                               : ledger_.kernel;
        total = add(total, bytes);
        ledger_.parts.push_back({group, name, bytes});
    }

    [[nodiscard]] uint64_t counted(ghostmem_page_class page_class) const {
        return pages_to_bytes(classes_[page_class], sources_.page_size);
    }

    [[nodiscard]] bool has_census() const { return sources_.census != nullptr; }

    // CmaFree is part of MemFree, and so is Unaccepted (since 6.5, dcdfdd40fa82). Without a census
    // both figures come from one source, because pages that a CPU gives back between two reads (7.2
    // drains 4 MiB at a time) would be in neither figure and would be reported as ghosts.
    void free() {
        uint64_t buddy = meminfo_.get("MemFree");
        uint64_t pcp = 0;
        if (has_census()) {
            pcp = counted(GHOSTMEM_PAGE_PCP);
            if (!meminfo_.find("MemFree"))
                buddy = counted(GHOSTMEM_PAGE_FREE);
        } else if (zoneinfo_is_of_the_same_memory()) {
            buddy = pages_to_bytes(sources_.zoneinfo->free, sources_.page_size);
            pcp = pages_to_bytes(sources_.zoneinfo->pcp, sources_.page_size);
        }
        enter(LedgerGroup::free, "buddy", buddy);
        enter(LedgerGroup::free, "cpu_lists", pcp);
    }

    /// False in a container where lxcfs shows a meminfo of its own, but the host's zoneinfo. Allows
    /// a small difference, because a balloon may change between the two reads.
    [[nodiscard]] bool zoneinfo_is_of_the_same_memory() const {
        if (!sources_.zoneinfo)
            return false;
        const uint64_t managed = pages_to_bytes(sources_.zoneinfo->managed, sources_.page_size);
        const uint64_t differ = std::max(managed, ledger_.total) - std::min(managed, ledger_.total);
        return differ <= ledger_.total / 64;
    }

    // Buffers + Cached + SwapCached is NR_FILE_PAGES, which already includes shared memory.
    // AnonPages counts mapped anonymous pages, and a page of the swap cache may be mapped as well.
    // No line says how many pages are both, but these are on the LRU lists only once: the overlap
    // is the excess of the sum over the lists, up to the size of the swap cache.
    void applications() {
        const uint64_t shmem = meminfo_.get("Shmem");
        const uint64_t swap_cache = meminfo_.get("SwapCached");
        const uint64_t files = sum(meminfo_, {"Buffers", "Cached"});
        const uint64_t all = add(add(files, swap_cache), meminfo_.get("AnonPages"));
        const uint64_t lists = sum(meminfo_, {"Active", "Inactive", "Unevictable"});
        const uint64_t twice = lists == 0 ? 0 : std::min(excess(all, lists), swap_cache);
        enter(LedgerGroup::applications, "anonymous", meminfo_.get("AnonPages"));
        enter(LedgerGroup::applications, "shared", std::min(shmem, files));
        enter(LedgerGroup::applications, "file_cache", excess(files, shmem));
        enter(LedgerGroup::applications, "swap_cache", swap_cache - twice);
    }

    // Lines left out on purpose: Balloon is outside MemTotal with most drivers; ShadowCallStack is
    // vmalloc memory. SecPageTables (since 6.1, ebc97a52b5d6) has the page tables of KVM's guests
    // and, in later kernels, those of IOMMUs as well.
    void kernel() {
        enter(LedgerGroup::kernel, "slab", meminfo_.get("Slab"));
        enter(LedgerGroup::kernel, "page_tables", meminfo_.get("PageTables"));
        enter(LedgerGroup::kernel, "secondary_page_tables", meminfo_.get("SecPageTables"));
        // With CONFIG_VMAP_STACK (every distribution) stacks are vmalloc areas, and both lines
        // include them. Without it VmallocUsed may be less than KernelStack: the figure is then
        // wrong by less than the stacks.
        const uint64_t stacks = meminfo_.get("KernelStack");
        enter(LedgerGroup::kernel, "kernel_stacks", stacks);
        enter(LedgerGroup::kernel, "vmalloc", excess(vmalloc(meminfo_), stacks));
        // Since 4.20, 7e8a6304d541.
        enter(LedgerGroup::kernel, "percpu", meminfo_.get("Percpu"));
        enter(LedgerGroup::kernel, "huge_pages", huge_pages(meminfo_));
        // Since 5.19, f6498b776d28.
        enter(LedgerGroup::kernel, "zswap", meminfo_.get("Zswap"));
        // KReclaimable (since 4.20, 61f94e18de94) is SReclaimable, which Slab includes, and others.
        enter(LedgerGroup::kernel, "other",
              add(excess(meminfo_.get("KReclaimable"), meminfo_.get("SReclaimable")),
                  sum(meminfo_,
                      {"Bounce", "WritebackTmp", "HardwareCorrupted", "GPUActive", "GPUReclaim"})));
        enter(LedgerGroup::kernel, "balloon", balloon_within());
    }

    /// The pages of a balloon driver that does not lower MemTotal by what it takes.
    [[nodiscard]] uint64_t balloon_within() const {
        if (!has_census())
            return 0;
        uint64_t managed = 0;
        for (const Zone& zone : sources_.census->zones)
            managed = add(managed, zone.managed_pages);
        const uint64_t there = excess(sources_.census->frames, classes_[GHOSTMEM_PAGE_RESERVED]);
        const uint64_t offline = classes_[GHOSTMEM_PAGE_OFFLINE];
        return pages_to_bytes(std::min(offline, excess(managed, excess(there, offline))),
                              sources_.page_size);
    }

    /// Frames that are held, while nothing says for what or by whom.
    [[nodiscard]] uint64_t held() const {
        uint64_t bytes = 0;
        for (const auto page_class :
             {GHOSTMEM_PAGE_KERNEL, GHOSTMEM_PAGE_TAIL, GHOSTMEM_PAGE_POOL, GHOSTMEM_PAGE_ZSPOOL,
              GHOSTMEM_PAGE_TYPED, GHOSTMEM_PAGE_LARGE_KMALLOC})
            bytes = add(bytes, counted(page_class));
        // LET_GO_PAGES are frames in the classes of processes and files that the lines of those no
        // longer include.
        const uint64_t let_go = sources_.census->let_go_pages().value_or(0);
        return add(bytes, pages_to_bytes(let_go, sources_.page_size));
    }

    /// The part of held() that lines account for, although it does not show in the frames.
    [[nodiscard]] uint64_t accounted_among_held() const {
        // Large kmalloc is in Slab since 5.4 (6a486c0ad4dc); its frames are known since 6.15.
        uint64_t bytes = excess(meminfo_.get("Slab"), counted(GHOSTMEM_PAGE_SLAB));
        for (const LedgerPart& part : ledger_.parts) {
            if (part.name == "vmalloc" || part.name == "kernel_stacks" || part.name == "percpu" ||
                part.name == "zswap" || part.name == "secondary_page_tables")
                bytes = add(bytes, part.bytes);
        }
        return add(bytes,
                   add(excess(meminfo_.get("KReclaimable"), meminfo_.get("SReclaimable")),
                       sum(meminfo_, {"Bounce", "WritebackTmp", "GPUActive", "GPUReclaim"})));
    }

    void ghosts() {
        const uint64_t accounted = add(add(ledger_.free, ledger_.applications), ledger_.kernel);
        ledger_.counted = has_census();
        ledger_.ghost = has_census() ? excess(held(), accounted_among_held())
                                     : excess(ledger_.total, accounted);
        const uint64_t found = add(accounted, ledger_.ghost);
        constexpr uint64_t most = std::numeric_limits<int64_t>::max();
        ledger_.residual = found > ledger_.total
                               ? -static_cast<int64_t>(std::min(found - ledger_.total, most))
                               : static_cast<int64_t>(std::min(ledger_.total - found, most));
    }

    // Percpu includes its first chunk, which is outside MemTotal, and counters lag behind.
    [[nodiscard]] uint64_t error() const {
        const Zoneinfo zoneinfo = sources_.zoneinfo.value_or(Zoneinfo{});
        const uint64_t drift = multiply(counters_read, zoneinfo.drift);
        const uint64_t cpus = std::max<uint64_t>(zoneinfo.cpus, 1);
        return add(pages_to_bytes(drift, sources_.page_size),
                   std::min(meminfo_.get("Percpu"), multiply(cpus, first_chunk)));
    }

    const Meminfo& meminfo_;
    const LedgerSources& sources_;
    Ledger& ledger_;
    PageClasses classes_{};
};

} // namespace

std::string_view name_of(LedgerGroup group) {
    switch (group) {
    case LedgerGroup::free:
        return "free";
    case LedgerGroup::applications:
        return "applications";
    case LedgerGroup::kernel:
        break;
    }
    return "kernel";
}

Ledger make_ledger(const LedgerSources& sources) {
    Ledger ledger;
    Books(sources, ledger).close();
    return ledger;
}

} // namespace ghostmem
