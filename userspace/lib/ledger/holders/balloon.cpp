// Memory that a balloon driver has given back to the hypervisor.
#include "lib/base/saturate.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    if (const auto offline = counted(sources, GHOSTMEM_PAGE_OFFLINE))
        return {*offline, {}, "offline pages of the census"};
    const auto in = vmstat(sources, "balloon_inflate");
    if (!in)
        return needs("the module, or a kernel with balloon_inflate in /proc/vmstat");
    return {bytes_of(sources, excess(*in, vmstat(sources, "balloon_deflate").value_or(0))),
            {},
            "/proc/vmstat: balloon_inflate - balloon_deflate"};
}

} // namespace

extern const HolderKind balloon_holder{
    .name = "balloon",
    .what = "balloon",
    .part = HolderPart::outside,
    .measure = measure,
};

} // namespace ghostmem::holders
