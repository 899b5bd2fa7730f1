// Compressed block devices in memory.
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

namespace fs = std::filesystem;

Measure measure(const HolderSources& sources) {
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

} // namespace

extern const HolderKind zram_holder{
    .name = "zram",
    .what = "zram",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"zs_malloc*", "alloc_zspage*"},
};

} // namespace ghostmem::holders
