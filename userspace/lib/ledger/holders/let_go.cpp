// Pages of processes and files that neither has any more, and somebody else still holds.
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const auto count = sources.census == nullptr ? std::nullopt : sources.census->let_go_pages();
    if (!count)
        return needs("the census of page frames: the module, of this version");
    return {bytes_of(sources, *count), "in pipes, or pinned by a driver, io_uring, vhost",
            "pages of processes and files that neither has any more, by the census"};
}

} // namespace

extern const HolderKind let_go_holder{
    .name = "let_go",
    .what = "users' pages, let go of",
    .part = HolderPart::ghost,
    .measure = measure,
};

} // namespace ghostmem::holders
