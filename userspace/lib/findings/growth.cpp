#include "lib/findings/growth.h"

#include <algorithm>
#include <cmath>

#include "lib/ledger/holder.h"

namespace ghostmem {

namespace {

constexpr uint64_t seconds_an_hour = 3600;

// Consecutive short windows in which a site has to grow: a minute of them for one that is younger
// than two long windows, ten minutes for one that the long windows show as steady.
constexpr uint32_t rises_if_young = 6;
// Samples of memory that turns over rise by chance: six times on end at odds of 1 to 5,040.
constexpr uint32_t rises_if_sampled = 12;
constexpr uint32_t rises_if_old = 60;

using Members = std::span<const SiteView* const>;

/// The variance of what samples show in so many seconds: that of the samples that came and went
/// meanwhile, or of all of them where the site turns over.
double variance_of(const SiteView& view, double seconds) {
    const auto& error = view.site.live_error;
    if (!error)
        return 0;
    const double page = view.page_size;
    const double age = static_cast<double>(view.site.oldest_s.value_or(0));
    const double moved = static_cast<double>(view.site.alloc_pages + view.site.free_pages) * page *
                         std::min(1.0, seconds / std::max(age, 1.0));
    const double samples = std::min(moved, 2 * static_cast<double>(view.live_bytes));
    return samples * error->weight * page;
}

/// Whether a rise of so many bytes in so many seconds is more than samples show by chance. Four
/// standard deviations have odds of one in 30,000, and both ways of rise_of() ask for more than
/// one such rise.
bool beyond_chance(Members members, double risen, double seconds) {
    double variance = 0;
    for (const SiteView* member : members)
        variance += variance_of(*member, seconds);
    return risen >= 4 * std::sqrt(variance);
}

/// In the windows in which it grows least, because a leak grows in the short ones and in the
/// long ones.
std::optional<Rise> long_rise(const SiteView& view, Members members) {
    if (view.growth.size() < 2)
        return std::nullopt;
    const double least = std::ranges::min(view.growth, {}, &Growth::bytes_per_s).bytes_per_s;
    const Growth& last = view.growth.back();
    if (least <= 0 || !beyond_chance(members, last.bytes_per_s * last.span_s, last.span_s))
        return std::nullopt;
    return Rise{least * seconds_an_hour};
}

/// In enough consecutive short ones: before two long ones are over, and where a leak has only
/// just begun.
std::optional<Rise> short_rise(const SiteView& view, Members members) {
    if (view.growth.empty())
        return std::nullopt;
    const Growth& last = view.growth.front();
    const uint32_t young = view.site.live_error ? rises_if_sampled : rises_if_young;
    const double seconds = static_cast<double>(last.rises) * last.span_s;
    if (last.rises < (view.growth.size() < 2 ? young : rises_if_old) ||
        !beyond_chance(members, last.bytes_per_s * seconds, seconds))
        return std::nullopt;
    return Rise{last.bytes_per_s * seconds_an_hour, last.rises, last.span_s};
}

} // namespace

std::optional<Rise> rise_of(const SiteView& row, Members members, const Thresholds& thresholds) {
    const auto slowest = static_cast<double>(thresholds.growth_bytes_per_hour);
    // The long windows tell more, where they show a growth that matters.
    if (const auto rise = long_rise(row, members); rise && rise->bytes_per_hour >= slowest)
        return rise;
    const auto rise = short_rise(row, members);
    return rise && rise->bytes_per_hour >= slowest ? rise : std::nullopt;
}

std::optional<Rise> rise_of(const SiteView& view, const Thresholds& thresholds) {
    const SiteView* alone = &view;
    return rise_of(view, Members(&alone, 1), thresholds);
}

GrowthMeaning growth_meaning(const SiteView& view) {
    if (driver_classes().contains(view.cls))
        return is_on_purpose(view) ? GrowthMeaning::none : GrowthMeaning::driver;
    switch (view.cls) {
    case SiteClass::slab:
        return view.reclaimable() ? GrowthMeaning::none : GrowthMeaning::shared;
    case SiteClass::percpu:
    case SiteClass::page_table:
    case SiteClass::kernel_stack:
        return GrowthMeaning::shared;
    default:
        return GrowthMeaning::none;
    }
}

bool is_conspicuous(const SiteView& view, const Thresholds& thresholds, uint64_t total_bytes) {
    if (growth_meaning(view) == GrowthMeaning::none)
        return false;
    // The same size and share as for ghosts of which nobody knows who allocated them.
    return thresholds.much_before_load(view.live_bytes, total_bytes) ||
           rise_of(view, thresholds).has_value();
}

} // namespace ghostmem
