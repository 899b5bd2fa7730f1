#include "lib/ledger/holder_measures.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

namespace fs = std::filesystem;

Measure needs(std::string what) {
    return {std::nullopt, {}, std::move(what)};
}

/// Returns the directory's entries with the prefix, by name; empty if it cannot be read.
std::vector<fs::path> entries(const fs::path& directory, std::string_view prefix) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        if (at->path().filename().string().starts_with(prefix))
            found.push_back(at->path());
    }
    std::ranges::sort(found);
    return found;
}

std::optional<uint64_t> vmstat(const HolderSources& sources, std::string_view name) {
    const auto text = read_text(sources.root / "proc/vmstat");
    if (!text)
        return std::nullopt;
    const auto counters = counters_of(*text);
    const auto at = counters.find(name);
    return at == counters.end() ? std::nullopt : std::optional(at->second);
}

uint64_t pages(const HolderSources& sources, uint64_t count) {
    return pages_to_bytes(count, sources.page_size);
}

std::optional<uint64_t> counted(const HolderSources& sources, ghostmem_page_class page_class) {
    if (sources.census == nullptr)
        return std::nullopt;
    return pages(sources, sources.census->classes().at(page_class));
}

} // namespace

Measure measure_balloon(const HolderSources& sources) {
    if (const auto offline = counted(sources, GHOSTMEM_PAGE_OFFLINE))
        return {*offline, {}, "offline pages of the census"};
    const auto in = vmstat(sources, "balloon_inflate");
    if (!in)
        return needs("the module, or a kernel with balloon_inflate in /proc/vmstat");
    return {pages(sources, excess(*in, vmstat(sources, "balloon_deflate").value_or(0))),
            {},
            "/proc/vmstat: balloon_inflate - balloon_deflate"};
}

Measure measure_huge_pages(const HolderSources& sources) {
    const fs::path directory = sources.root / "sys/kernel/mm/hugepages";
    Measure measure{0, {}, "/sys/kernel/mm/hugepages/*/nr_hugepages"};
    for (const fs::path& pool : entries(directory, "hugepages-")) {
        // hugepages-2048kB
        const std::string name =
            pool.filename().string().substr(std::string_view("hugepages-").size());
        const auto size = number_of<uint64_t>(name.substr(0, name.find("kB")));
        const uint64_t count = read_number(pool / "nr_hugepages").value_or(0);
        if (!size || count == 0)
            continue;
        const uint64_t bytes = multiply(*size, 1024);
        *measure.bytes = add(*measure.bytes, multiply(bytes, count));
        const uint64_t unused = read_number(pool / "free_hugepages").value_or(0);
        const uint64_t reserved = read_number(pool / "resv_hugepages").value_or(0);
        measure.detail +=
            fmt::format("{}{} of {}: {} in use, {} reserved", measure.detail.empty() ? "" : "; ",
                        count, format_bytes(bytes), excess(count, unused), reserved);
    }
    return measure;
}

Measure measure_shmem(const HolderSources& sources) {
    return {sources.meminfo.get("Shmem"), {}, "/proc/meminfo: Shmem"};
}

Measure measure_zram(const HolderSources& sources) {
    Measure measure{0, {}, "/sys/block/zram*/mm_stat: mem_used_total"};
    for (const fs::path& disk : entries(sources.root / "sys/block", "zram")) {
        const auto text = read_text(disk / "mm_stat");
        if (!text)
            continue;
        // orig_data_size compr_data_size mem_used_total ...
        const auto words = words_of(std::string_view(*text).substr(0, text->find('\n')));
        const auto used = words.size() < 3 ? std::nullopt : number_of<uint64_t>(words[2]);
        const auto original = words.empty() ? std::nullopt : number_of<uint64_t>(words[0]);
        if (!used || *used == 0)
            continue;
        *measure.bytes = add(*measure.bytes, *used);
        measure.detail += fmt::format("{}{} holds {}", measure.detail.empty() ? "" : "; ",
                                      disk.filename().native(), format_bytes(original.value_or(0)));
    }
    return measure;
}

Measure measure_zswap(const HolderSources& sources) {
    if (const auto bytes = sources.meminfo.find("Zswap"))
        return {*bytes, fmt::format("holds {}", format_bytes(sources.meminfo.get("Zswapped"))),
                "/proc/meminfo: Zswap"};
    const auto parameter = read_text(sources.root / "sys/module/zswap/parameters/enabled");
    if (!parameter || !parameter->starts_with('Y'))
        return {0, {}, "/sys/module/zswap/parameters/enabled"};
    return needs("a kernel from 5.19 on, with a line Zswap in /proc/meminfo");
}

Measure measure_packet_rings(const HolderSources& sources) {
    if (sources.sockets == nullptr)
        return needs("the census of sockets: the module");
    Measure measure{0, {}, "rx_ring and tx_ring of leakctl sockets --family packet"};
    uint64_t rings = 0;
    for (const Socket& socket : sources.sockets->dump.sockets) {
        for (const char* name : {"rx_ring", "tx_ring"}) {
            const SocketQueue* ring = socket.queue(name);
            if (ring == nullptr)
                continue;
            ++rings;
            *measure.bytes =
                add(*measure.bytes, ring->held.pinned_bytes(sources.page_size).value_or(0));
        }
    }
    if (rings != 0)
        measure.detail = count_of(rings, "ring");
    return measure;
}

Measure measure_page_pool(const HolderSources& sources) {
    if (const auto bytes = counted(sources, GHOSTMEM_PAGE_POOL))
        return {*bytes, "those that sockets hold among them", "page_pool pages of the census"};
    return needs("the census of page frames: the module");
}

Measure measure_cma(const HolderSources& sources) {
    const uint64_t total = sources.meminfo.get("CmaTotal");
    if (total == 0)
        return {0, {}, "/proc/meminfo: CmaTotal"};
    if (sources.census == nullptr)
        return needs("the census of page frames: the module");
    uint64_t held = 0;
    for (const Zone& zone : sources.census->zones)
        held = add(held, zone.kernel_migrate[GHOSTMEM_MIGRATE_CMA]);
    return {pages(sources, held), fmt::format("of {} set aside", format_bytes(total)),
            "the kernel's pages in CMA blocks, by the census"};
}

Measure measure_let_go(const HolderSources& sources) {
    const auto count = sources.census == nullptr ? std::nullopt : sources.census->let_go_pages();
    if (!count)
        return needs("the census of page frames: the module, of this version");
    return {pages(sources, *count), "in pipes, or pinned by a driver, io_uring, vhost",
            "pages of processes and files that neither has any more, by the census"};
}

Measure measure_guest_tables(const HolderSources& sources) {
    if (const auto bytes = sources.meminfo.find("SecPageTables"))
        return {*bytes, "and of IOMMUs", "/proc/meminfo: SecPageTables"};
    std::error_code error;
    if (!fs::exists(sources.root / "dev/kvm", error))
        return {0, {}, "there is no /dev/kvm"};
    return needs("a kernel from 6.1 on, with a line SecPageTables in /proc/meminfo");
}

Measure measure_page_structs(const HolderSources& sources) {
    // Since 6.11; those allocated at boot are outside MemTotal.
    if (const auto count = vmstat(sources, "nr_memmap_pages"))
        return {pages(sources, *count), {}, "/proc/vmstat: nr_memmap_pages"};
    if (const auto count = vmstat(sources, "nr_memmap"))
        return {pages(sources, *count), {}, "/proc/vmstat: nr_memmap"};
    return needs("a kernel from 6.11 on, with nr_memmap_pages in /proc/vmstat");
}

} // namespace ghostmem
