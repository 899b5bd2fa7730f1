// Large hash tables that the kernel allocates at boot.
#include <string_view>

#include "lib/base/saturate.h"
#include "lib/host/kernel_log.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

// "TCP established hash table entries: 16384 (order: 5, 131072 bytes, linear)". The tables for
// files (Dentry cache, Inode-cache) are allocated before there is a page allocator, and are outside
// MemTotal; tables that are not linear are in VmallocUsed.
Measure measure(const HolderSources& sources) {
    const auto log = read_kernel_log(sources.root);
    if (!log)
        return needs("the kernel's log, and root");
    Measure measure{0, {}, "the kernel's log: hash table entries"};
    bool told = false;
    for_each_line(*log, [&](std::string_view line) {
        if (line.find("hash table entries:") == std::string_view::npos)
            return;
        told = true;
        if (line.find("Dentry cache") != std::string_view::npos ||
            line.find("Inode-cache") != std::string_view::npos ||
            line.find(" linear)") == std::string_view::npos)
            return;
        const auto words = words_of(line);
        for (size_t i = 1; i < words.size(); ++i) {
            if (words[i] == "bytes," || words[i] == "bytes)")
                *measure.bytes = add(*measure.bytes, number_of<uint64_t>(words[i - 1]).value_or(0));
        }
    });
    if (!told)
        return needs("the kernel's log since the boot, which has been overwritten");
    return measure;
}

} // namespace

extern const HolderKind hash_tables_holder{
    .name = "hash_tables",
    .what = "hash tables",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"alloc_large_system_hash*"},
};

} // namespace ghostmem::holders
