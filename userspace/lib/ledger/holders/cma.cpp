// What the kernel holds of the areas for contiguous allocations.
#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const uint64_t total = sources.meminfo.get("CmaTotal");
    if (total == 0)
        return {0, {}, "/proc/meminfo: CmaTotal"};
    if (sources.census == nullptr)
        return needs("the census of page frames: the module");
    uint64_t held = 0;
    for (const Zone& zone : sources.census->zones)
        held = add(held, zone.kernel_migrate[GHOSTMEM_MIGRATE_CMA]);
    return {bytes_of(sources, held), fmt::format("of {} set aside", format_bytes(total)),
            "the kernel's pages in CMA blocks, by the census"};
}

} // namespace

extern const HolderKind cma_holder{
    .name = "cma",
    .what = "CMA in use",
    .part = HolderPart::ghost,
    .measure = measure,
    .functions = {"cma_alloc*", "dma_alloc_contiguous*"},
};

} // namespace ghostmem::holders
