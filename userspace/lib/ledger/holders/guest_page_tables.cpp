// Page tables that KVM keeps for its guests.
#include <filesystem>
#include <system_error>

#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

namespace fs = std::filesystem;

Measure measure(const HolderSources& sources) {
    if (const auto bytes = sources.meminfo.find("SecPageTables"))
        return {*bytes, "and of IOMMUs", "/proc/meminfo: SecPageTables"};
    std::error_code error;
    if (!fs::exists(sources.root / "dev/kvm", error))
        return {0, {}, "there is no /dev/kvm"};
    return needs("a kernel from 6.1 on, with a line SecPageTables in /proc/meminfo");
}

} // namespace

extern const HolderKind guest_page_tables_holder{
    .name = "guest_page_tables",
    .what = "guests' page tables",
    .part = HolderPart::kernel,
    .measure = measure,
};

} // namespace ghostmem::holders
