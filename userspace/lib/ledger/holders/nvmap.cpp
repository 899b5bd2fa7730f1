// Buffers of Tegra's NvMap, which its kernels count in a line of their own.
#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const uint64_t unused = sources.meminfo.get("NvMapMemFree");
    return {add(sources.meminfo.get("NvMapMemUsed"), unused),
            unused == 0 ? "" : format_bytes(unused) + " of them unused, in its pool",
            "/proc/meminfo: NvMapMemUsed + NvMapMemFree"};
}

} // namespace

// How many there are was not configured beforehand.
extern const HolderKind nvmap_holder{
    .name = "nvmap",
    .what = "NvMap buffers",
    .part = HolderPart::ghost,
    .measure = measure,
    .functions = {"nvmap_*"},
};

} // namespace ghostmem::holders
