// Buffers that devices share (dma-buf).
#include <string_view>

#include "lib/base/saturate.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    // "size \t flags ... exp_name ..." of each, then "Total 3 objects, 12582912 bytes".
    const auto text = read_text(sources.root / "sys/kernel/debug/dma_buf/bufinfo");
    if (!text)
        return needs("debugfs, mounted on /sys/kernel/debug, and root");
    Measure measure{0, {}, "/sys/kernel/debug/dma_buf/bufinfo"};
    for_each_line(*text, [&](std::string_view line) {
        const auto words = words_of(line);
        // Buffers of udmabuf are shared memory, which the ledger already includes.
        if (words.size() >= 5 && words[4] == "udmabuf")
            return;
        if (words.size() >= 5 && words[0].size() == 8)
            *measure.bytes = add(*measure.bytes, number_of<uint64_t>(words[0]).value_or(0));
    });
    return measure;
}

} // namespace

extern const HolderKind dma_buf_holder{
    .name = "dma_buf",
    .what = "DMA buffers",
    .part = HolderPart::ghost,
    .measure = measure,
    .functions = {"system_heap_*", "cma_heap_*"},
};

} // namespace ghostmem::holders
