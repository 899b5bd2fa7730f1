#include "lib/attribution/frame_origin.h"

#include <algorithm>
#include <array>

namespace ghostmem {

namespace {

// The caches of fragments that all drivers share, one for each CPU (net/core/skbuff.c).
constexpr auto fragment_functions = std::to_array<std::string_view>({
    "netdev_alloc_frag",
    "__netdev_alloc_frag_align",
    "napi_alloc_frag",
    "__napi_alloc_frag_align",
});

constexpr auto pool_functions = std::to_array<std::string_view>({
    "page_pool_alloc",
    "page_pool_dev_alloc",
    "__page_pool_alloc",
});

} // namespace

Origin origin_of(const SiteView& site) {
    for (const Frame& frame : site.site.frames) {
        if (std::ranges::find(fragment_functions, frame.symbol) != fragment_functions.end())
            return Origin::shared_fragments;
        if (std::ranges::any_of(pool_functions, [&](std::string_view name) {
                return frame.symbol.starts_with(name);
            }))
            return Origin::page_pool;
    }
    return Origin::own;
}

std::string_view note_on(Origin origin) {
    switch (origin) {
    case Origin::shared_fragments:
        return " (blocks of the shared fragment cache, which whoever keeps a fragment pins: holder "
               "unknown)";
    case Origin::page_pool:
        return " (pages of a page_pool, in flight)";
    case Origin::own:
        break;
    }
    return {};
}

} // namespace ghostmem
