// Memory of modules that are gone.
#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/attribution/frame_origin.h"
#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

struct Left {
    uint64_t bytes = 0;
    std::optional<Uncertainty> error;
    std::vector<const SiteView*> sites; ///< the largest first, as in VerdictInput
};

std::map<std::string, Left> left_behind(const VerdictInput& in) {
    std::map<std::string, Left> left;
    for (const SiteView& view : in.sites) {
        if (!driver_classes().contains(view.cls) || view.live_bytes == 0 ||
            view.module_state != CodeState::unloaded || origin_of(view) == Origin::shared_fragments)
            continue;
        Left& entry = left[view.module];
        entry.bytes += view.live_bytes;
        if (const auto& error = view.site.live_error)
            entry.error = entry.error.value_or(Uncertainty{}) + *error;
        entry.sites.push_back(&view);
    }
    for (auto& [module, entry] : left)
        std::ranges::stable_sort(entry.sites, std::greater{}, &SiteView::live_bytes);
    return left;
}

std::vector<Finding> find(const VerdictInput& in) {
    std::vector<Finding> findings;
    for (const auto& [module, entry] : left_behind(in)) {
        const SiteView& largest = *entry.sites.front();
        Finding finding{.level = VerdictLevel::leak,
                        .confidence = entry.error ? Confidence::likely : Confidence::certain,
                        .bytes = entry.bytes};
        finding.sentence = fmt::format(
            "Module {} is gone and left {} behind, at {}; the largest: {} taken in {}{}.", module,
            format_amount(entry.bytes, in.margin(entry.error)),
            count_of(entry.sites.size(), "site"),
            format_amount(largest.live_bytes, in.margin(largest.site.live_error)), largest.symbol,
            note_on(origin_of(largest)));
        for (const SiteView* site : entry.sites)
            finding.sites.push_back(site->id);
        findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace

extern const Rule unloaded_module_rule{
    .name = "unloaded_module",
    .finds = "A module has been unloaded, and pages that its code allocated are still there: pages "
             "that no line of "
             "`/proc/meminfo` counts, or vmalloc memory. Slab and page-table pages that its calls "
             "happened to allocate "
             "do not count, because other code uses them as well, nor do blocks of the fragment "
             "cache that all drivers share.",
    .levels = "Always a leak, whatever the amount: nobody is left who could free it.",
    .sure = "Certain in mode `exact`; in mode `sampled` each such page is real, and the amount has "
            "a margin. A module may "
            "hand a page to somebody else before it goes (a packet in a socket's queue, a page "
            "pool whose pages are "
            "in flight); such pages are freed later.",
    .check = "The module's own counters, or page_owner on a kernel that has it. Loading the module "
             "again frees nothing; "
             "only a reboot does.",
    .find = find,
};

} // namespace ghostmem
