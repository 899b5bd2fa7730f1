// Ring buffers of perf_event_open(2).
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const Mappings& perf = sources.mappings.perf;
    return {perf.bytes, perf.whose(), "anon_inode:[perf_event] in /proc/*/maps"};
}

} // namespace

extern const HolderKind perf_holder{
    .name = "perf",
    .what = "perf buffers",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"rb_alloc", "rb_alloc_aux*", "perf_mmap_alloc_page*"},
};

} // namespace ghostmem::holders
