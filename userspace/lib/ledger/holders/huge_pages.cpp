// The pools of huge pages (hugetlb), used or not.
#include <filesystem>
#include <string>
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

} // namespace

extern const HolderKind huge_pages_holder{
    .name = "huge_pages",
    .what = "huge pages",
    .part = HolderPart::kernel,
    .measure = measure,
};

} // namespace ghostmem::holders
