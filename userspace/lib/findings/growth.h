// Whether a site grows: its floor, the least that it holds, rises window after window.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "lib/attribution/site_view.h"
#include "lib/findings/thresholds.h"

namespace ghostmem {

/// How fast the floor rises, and since when that is known.
struct Rise {
    double bytes_per_hour = 0;
    uint64_t windows = 0; ///< consecutive short ones in which it rose; 0: the long ones show it
    uint32_t span_s = 0;  ///< of a short one
};

/// Returns how the site grows, if it does so for certain and by at least growth_bytes_per_hour: in
/// the long windows, or in many consecutive short ones, and by more than samples fluctuate.
/// nullopt: it does not, or not yet.
std::optional<Rise> rise_of(const SiteView& view, const Thresholds& thresholds);

/// The same of a row of merge_sites(), for which `members` fluctuate each for itself.
std::optional<Rise> rise_of(const SiteView& row, std::span<const SiteView* const> members,
                            const Thresholds& thresholds);

/// What the growth of a site can mean.
enum class GrowthMeaning {
    none,   ///< nothing: page cache, processes, caches that shrink, what was configured so
    shared, ///< memory of the kernel that a caller may hold on purpose: slab, page tables ...
    driver, ///< memory that code allocates for itself, see driver_classes()
};

GrowthMeaning growth_meaning(const SiteView& view);

/// Whether a site that is not a ghost belongs into a list of ghosts all the same: because it grows,
/// or because it holds an unusual part of the `total_bytes` of memory and cannot be reclaimed.
bool is_conspicuous(const SiteView& view, const Thresholds& thresholds, uint64_t total_bytes);

} // namespace ghostmem
