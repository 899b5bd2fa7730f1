// Pages that drivers of network cards keep for receiving.
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    if (const auto bytes = counted(sources, GHOSTMEM_PAGE_POOL))
        return {*bytes, "those that sockets hold among them", "page_pool pages of the census"};
    return needs("the census of page frames: the module");
}

} // namespace

extern const HolderKind page_pool_holder{
    .name = "page_pool",
    .what = "page pools",
    .part = HolderPart::ghost,
    .measure = measure,
    .in_sockets = true,
    .functions = {"page_pool_*", "__page_pool_*"},
};

} // namespace ghostmem::holders
