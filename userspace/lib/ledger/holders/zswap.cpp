// The compressed cache in front of swap.
#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    if (const auto bytes = sources.meminfo.find("Zswap"))
        return {*bytes, fmt::format("holds {}", format_bytes(sources.meminfo.get("Zswapped"))),
                "/proc/meminfo: Zswap"};
    const auto parameter = read_text(sources.root / "sys/module/zswap/parameters/enabled");
    if (!parameter || !parameter->starts_with('Y'))
        return {0, {}, "/sys/module/zswap/parameters/enabled"};
    return needs("a kernel from 5.19 on, with a line Zswap in /proc/meminfo");
}

} // namespace

extern const HolderKind zswap_holder{
    .name = "zswap",
    .what = "zswap",
    .part = HolderPart::kernel,
    .measure = measure,
};

} // namespace ghostmem::holders
