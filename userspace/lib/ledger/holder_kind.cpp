#include "lib/ledger/holder_kind.h"

#include <algorithm>
#include <system_error>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

// A holder X is the object X_holder of holders/X.cpp, and a word here.
#define LEAKCTL_HOLDERS(one)                                                                       \
    one(balloon) one(huge_pages) one(shmem) one(secretmem) one(zram) one(zswap) one(ftrace)        \
        one(perf) one(packet_rings) one(page_pool) one(cma) one(dma_buf) one(nvmap) one(let_go)    \
            one(pipes) one(ramdisk) one(guest_page_tables) one(hash_tables) one(page_structs)

namespace ghostmem::holders {

namespace fs = std::filesystem;

#define DECLARE(name) extern const HolderKind name##_holder;
LEAKCTL_HOLDERS(DECLARE)
#undef DECLARE

const std::vector<const HolderKind*>& all_holders() {
#define ADDRESS(name) &name##_holder,
    static const std::vector<const HolderKind*> kinds{LEAKCTL_HOLDERS(ADDRESS)};
#undef ADDRESS
    return kinds;
}

Measure needs(std::string what) {
    return {std::nullopt, {}, std::move(what)};
}

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

uint64_t bytes_of(const HolderSources& sources, uint64_t pages) {
    return pages_to_bytes(pages, sources.page_size);
}

std::optional<uint64_t> counted(const HolderSources& sources, ghostmem_page_class page_class) {
    if (sources.census == nullptr)
        return std::nullopt;
    return bytes_of(sources, sources.census->classes().at(page_class));
}

} // namespace ghostmem::holders
