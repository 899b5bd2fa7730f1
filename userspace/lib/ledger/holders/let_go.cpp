// Pages of processes and files that neither has any more, and somebody else still holds.
#include <algorithm>

#include "lib/base/saturate.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const auto count = sources.census == nullptr ? std::nullopt : sources.census->let_go_pages();
    if (!count)
        return needs("the census of page frames: the module, of this version");
    const uint64_t bytes = bytes_of(sources, *count);
    const UserPins& pins = sources.mappings.pins;
    // What a ring or a pipe has may be mapped as well, and then is not let go of.
    const uint64_t owned = add(pins.ring_bytes(), pins.pipe_bytes());
    const std::string whose = pins.whose(true);
    return {bytes, whose.empty() ? "in pipes, or pinned by a driver, io_uring, vhost" : whose,
            "pages of processes and files that neither has any more, by the census; whose: "
            "UserBufs of /proc/*/fdinfo, and the pipes of /proc/*/fd",
            std::min(bytes, owned)};
}

} // namespace

extern const HolderKind let_go_holder{
    .name = "let_go",
    .what = "users' pages, let go of",
    .part = HolderPart::ghost,
    .measure = measure,
};

} // namespace ghostmem::holders
