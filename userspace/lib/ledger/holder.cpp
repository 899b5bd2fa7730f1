#include "lib/ledger/holder.h"

#include <algorithm>
#include <array>

#include "lib/base/saturate.h"
#include "lib/ledger/holder_measures.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

constexpr unsigned on_purpose = 1; ///< see Holder
constexpr unsigned in_sockets = 2;

/// A row of the table: the holder, its part of the ledger, how it is measured, and the functions
/// through which it allocates its pages, which identify its sites in the tracker.
struct Kind {
    std::string_view name;
    std::string_view what;
    HolderPart part;
    Measure (*measure)(const HolderSources&);
    unsigned flags = 0;
    std::array<std::string_view, 4> functions{}; ///< one that ends in '*' is a prefix
};

// How large a page pool becomes, how many DMA buffers there are, or how long a pin lasts is not
// configured beforehand: these may leak, so they are not on_purpose.
constexpr Kind kinds[] = {
    {"balloon", "balloon", HolderPart::outside, measure_balloon},
    {"huge_pages", "huge pages", HolderPart::kernel, measure_huge_pages},
    {"shmem", "tmpfs and shared memory", HolderPart::applications, measure_shmem},
    {"secretmem", "secret memory", HolderPart::applications, measure_secretmem},
    {"zram", "zram", HolderPart::ghost, measure_zram, on_purpose, {"zs_malloc*", "alloc_zspage*"}},
    {"zswap", "zswap", HolderPart::kernel, measure_zswap},
    {"ftrace",
     "trace buffers",
     HolderPart::ghost,
     measure_ftrace,
     on_purpose,
     {"ring_buffer_*", "__rb_allocate_pages*", "rb_allocate_cpu_buffer*"}},
    {"perf",
     "perf buffers",
     HolderPart::ghost,
     measure_perf,
     on_purpose,
     {"rb_alloc", "rb_alloc_aux*", "perf_mmap_alloc_page*"}},
    {"packet_rings",
     "packet rings",
     HolderPart::ghost,
     measure_packet_rings,
     on_purpose | in_sockets,
     {"alloc_one_pg_vec_page*", "packet_set_ring*"}},
    {"page_pool",
     "page pools",
     HolderPart::ghost,
     measure_page_pool,
     in_sockets,
     {"page_pool_*", "__page_pool_*"}},
    {"cma",
     "CMA in use",
     HolderPart::ghost,
     measure_cma,
     0,
     {"cma_alloc*", "dma_alloc_contiguous*"}},
    {"dma_buf",
     "DMA buffers",
     HolderPart::ghost,
     measure_dma_buf,
     0,
     {"system_heap_*", "cma_heap_*"}},
    {"let_go", "users' pages, let go of", HolderPart::ghost, measure_let_go},
    {"ramdisk", "ram disks", HolderPart::ghost, measure_ramdisk, on_purpose, {"brd_*"}},
    {"guest_page_tables", "guests' page tables", HolderPart::kernel, measure_guest_tables},
    {"hash_tables",
     "hash tables",
     HolderPart::ghost,
     measure_hash_tables,
     on_purpose,
     {"alloc_large_system_hash*"}},
    {"page_structs",
     "structs of pages",
     HolderPart::ghost,
     measure_page_structs,
     on_purpose,
     {"vmemmap_*", "__populate_section_memmap*"}},
};

bool matches(std::string_view pattern, std::string_view symbol) {
    if (pattern.ends_with('*'))
        return symbol.starts_with(pattern.substr(0, pattern.size() - 1));
    return symbol == pattern;
}

bool is_site_of(const Kind& kind, const SiteView& site) {
    return std::ranges::any_of(site.site.frames, [&](const Frame& frame) {
        return std::ranges::any_of(kind.functions, [&](std::string_view pattern) {
            return !pattern.empty() && matches(pattern, frame.symbol);
        });
    });
}

uint64_t bytes_in_sites(const Kind& kind, const std::vector<SiteView>& sites) {
    uint64_t bytes = 0;
    for (const SiteView& site : sites) {
        if (site.cls == SiteClass::direct && is_site_of(kind, site))
            bytes = add(bytes, site.live_bytes);
    }
    return bytes;
}

bool is_of_ghosts(const Holder& holder) {
    return holder.part == HolderPart::ghost && holder.bytes;
}

} // namespace

std::string_view name_of(HolderPart part) {
    switch (part) {
    case HolderPart::kernel:
        return "kernel";
    case HolderPart::applications:
        return "applications";
    case HolderPart::outside:
        return "outside";
    case HolderPart::ghost:
        break;
    }
    return "ghost";
}

std::vector<Holder> find_holders(const HolderSources& sources) {
    std::vector<Holder> holders;
    for (const Kind& kind : kinds) {
        Measure measure = kind.measure(sources);
        Holder holder{.name = kind.name, .what = kind.what, .part = kind.part};
        holder.bytes = measure.bytes;
        holder.detail = std::move(measure.detail);
        holder.evidence = std::move(measure.evidence);
        holder.on_purpose = (kind.flags & on_purpose) != 0;
        holder.in_sockets = (kind.flags & in_sockets) != 0;
        if (kind.part == HolderPart::ghost && holder.bytes)
            holder.in_sites_bytes = std::min(*holder.bytes, bytes_in_sites(kind, sources.sites));
        holders.push_back(std::move(holder));
    }
    return holders;
}

uint64_t held_beyond_sites(const std::vector<Holder>& holders) {
    uint64_t bytes = 0;
    for (const Holder& holder : holders) {
        if (is_of_ghosts(holder) && !holder.in_sockets)
            bytes = add(bytes, excess(*holder.bytes, holder.in_sites_bytes));
    }
    return bytes;
}

uint64_t held_on_purpose(const std::vector<Holder>& holders) {
    uint64_t bytes = 0;
    for (const Holder& holder : holders) {
        if (is_of_ghosts(holder) && holder.on_purpose)
            bytes = add(bytes, *holder.bytes);
    }
    return bytes;
}

} // namespace ghostmem
