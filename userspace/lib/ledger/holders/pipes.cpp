// Pages that pipes allocated for what was written to them.
#include <algorithm>

#include "lib/base/saturate.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

// What was spliced into a pipe remains a page of its process or file, and is among the pages that
// were let go of, as far as those are not io_uring's. Each page counts with its bytes only.
Measure measure(const HolderSources& sources) {
    const UserPins& pins = sources.mappings.pins;
    const auto let_go = sources.census == nullptr ? std::nullopt : sources.census->let_go_pages();
    const uint64_t spliced = excess(bytes_of(sources, let_go.value_or(0)), pins.ring_bytes());
    const uint64_t bytes = excess(pins.pipe_bytes(), spliced);
    return {bytes, bytes == 0 ? "" : pins.whose(false), "what is unread in the pipes of /proc/*/fd",
            bytes};
}

} // namespace

extern const HolderKind pipes_holder{
    .name = "pipes",
    .what = "pipes",
    .part = HolderPart::ghost,
    .measure = measure,
    .functions = {"pipe_write", "anon_pipe_write", "anon_pipe_get_page"},
};

} // namespace ghostmem::holders
