// Allocators between the page allocator and its callers, whose pages somebody else may keep.
#pragma once

#include <string_view>

#include "lib/attribution/site_view.h"

namespace ghostmem {

enum class Origin {
    own,              ///< nobody but the caller
    shared_fragments, ///< a block that several parties get parts of, one of which allocates it
    page_pool,        ///< a page pool, which outlives its driver while its pages are in use
};

/// By the frames of its stack.
Origin origin_of(const SiteView& site);

/// What has to be said of such a site for people, in brackets; empty for `own`.
std::string_view note_on(Origin origin);

} // namespace ghostmem
