// Block devices in memory (brd).
#include <filesystem>
#include <system_error>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

namespace fs = std::filesystem;

Measure measure(const HolderSources& sources) {
    std::error_code error;
    if (!fs::exists(sources.root / "sys/module/brd", error) &&
        !fs::exists(sources.root / "sys/block/ram0", error))
        return {0, {}, "there is no /sys/block/ram0"};
    uint64_t count = 0;
    bool told = false;
    const fs::path directory = sources.root / "sys/kernel/debug/ramdisk_pages";
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        told = true;
        count = add(count, read_number(at->path()).value_or(0));
    }
    if (!told)
        return needs("debugfs (5.13 on), mounted on /sys/kernel/debug, and root");
    return {pages_to_bytes(count, sources.page_size), {}, "/sys/kernel/debug/ramdisk_pages/*"};
}

} // namespace

extern const HolderKind ramdisk_holder{
    .name = "ramdisk",
    .what = "ram disks",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"brd_*"},
};

} // namespace ghostmem::holders
