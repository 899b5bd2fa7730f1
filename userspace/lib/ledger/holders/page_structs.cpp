// struct page of all memory.
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    // Since 6.11; those allocated at boot are outside MemTotal.
    if (const auto count = vmstat(sources, "nr_memmap_pages"))
        return {bytes_of(sources, *count), {}, "/proc/vmstat: nr_memmap_pages"};
    if (const auto count = vmstat(sources, "nr_memmap"))
        return {bytes_of(sources, *count), {}, "/proc/vmstat: nr_memmap"};
    return needs("a kernel from 6.11 on, with nr_memmap_pages in /proc/vmstat");
}

} // namespace

extern const HolderKind page_structs_holder{
    .name = "page_structs",
    .what = "structs of pages",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"vmemmap_*", "__populate_section_memmap*"},
};

} // namespace ghostmem::holders
