// Sites that grow and never fall.
#include "lib/findings/growth.h"

#include <map>

#include <fmt/format.h>

#include "lib/attribution/site_merge.h"
#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

// That memory lasts for longer than a month is not worth saying.
constexpr double longest_time_left_h = 24 * 31;

std::string ever_more(const Rise& rise) {
    if (rise.windows == 0)
        return "it never held less than before";
    return fmt::format("for {} it has never held less than {} before",
                       format_age(rise.windows * rise.span_s), format_age(rise.span_s));
}

/// "; available memory (1.2 GiB) lasts for 20m at this rate"
std::string time_left(const VerdictInput& in, const Rise& rise) {
    if (!in.available_bytes)
        return {};
    const double hours = static_cast<double>(*in.available_bytes) / rise.bytes_per_hour;
    if (hours > longest_time_left_h)
        return {};
    return fmt::format("; available memory ({}) lasts for {} at this rate",
                       format_bytes(*in.available_bytes),
                       format_age(static_cast<uint64_t>(hours * 3600)));
}

Finding describe(const VerdictInput& in, const SiteView& site, const Rise& rise) {
    const bool driver = growth_meaning(site) == GrowthMeaning::driver;
    const bool much = rise.windows == 0 && site.live_bytes >= in.thresholds.growth_bytes;
    Finding finding{.level = driver && much ? VerdictLevel::leak : VerdictLevel::warn,
                    .confidence = driver ? Confidence::likely : Confidence::possible,
                    .bytes = site.live_bytes,
                    .sites = site.ids};
    finding.sentence = fmt::format(
        "{}{} holds {}{} and grows by {} an hour: {}{} (its {}: leakctl sites {}--sort growth "
        "--stacks).",
        site.symbol, in_module(site), format_bytes(site.live_bytes),
        driver ? "" : fmt::format(" of class {}", name_of(site.cls)),
        format_bytes(static_cast<uint64_t>(rise.bytes_per_hour)), ever_more(rise),
        time_left(in, rise), site.stacks() > 1 ? "stacks" : "stack",
        site.cls == SiteClass::direct ? "" : fmt::format("--class {} ", name_of(site.cls)));
    return finding;
}

/// One row of a function, as listings show it, and the sites that it stands for.
struct FunctionRow {
    SiteView row;
    std::vector<const SiteView*> members;

    /// A leak may be spread over so many stacks that none of them grows fast, or be in one stack
    /// beside others that fluctuate.
    [[nodiscard]] std::optional<Rise> rise(const Thresholds& thresholds) const {
        std::optional<Rise> fastest = rise_of(row, members, thresholds);
        for (const SiteView* member : members) {
            const auto rise = rise_of(*member, thresholds);
            if (rise && (!fastest || rise->bytes_per_hour > fastest->bytes_per_hour))
                fastest = rise;
        }
        return fastest;
    }
};

std::vector<FunctionRow> rows_of(const VerdictInput& in) {
    std::vector<SiteView> judged;
    std::map<uint64_t, const SiteView*> by_id;
    for (const SiteView& view : in.sites) {
        if (growth_meaning(view) == GrowthMeaning::none)
            continue;
        judged.push_back(view);
        by_id.emplace(view.id, &view);
    }
    std::vector<FunctionRow> rows;
    for (SiteView& row : merge_sites(judged, GroupBy::function)) {
        std::vector<const SiteView*> members;
        for (const uint64_t id : row.ids)
            members.push_back(by_id.at(id));
        rows.push_back({std::move(row), std::move(members)});
    }
    return rows;
}

/// The fastest of each meaning: what a driver holds and what the kernel's own allocators hold may
/// both be the cause, and one leak often makes both grow.
std::vector<Finding> find(const VerdictInput& in) {
    struct Fastest {
        const SiteView* row = nullptr;
        Rise rise;
    };
    Fastest driver;
    Fastest shared;
    const std::vector<FunctionRow> rows = rows_of(in);
    for (const FunctionRow& one : rows) {
        const auto rise = one.rise(in.thresholds);
        Fastest& fastest = growth_meaning(one.row) == GrowthMeaning::driver ? driver : shared;
        if (rise && rise->bytes_per_hour >= fastest.rise.bytes_per_hour)
            fastest = {&one.row, *rise};
    }
    std::vector<Finding> findings;
    for (const Fastest& fastest : {driver, shared}) {
        if (fastest.row != nullptr)
            findings.push_back(describe(in, *fastest.row, fastest.rise));
    }
    return findings;
}

} // namespace

extern const Rule growth_rule{
    .name = "growth",
    .finds =
        "The least that a site, or all sites of a function together, hold rises from one window "
        "of ten minutes to the next, and in "
        "the last windows of "
        "ten seconds; or it has risen in six consecutive windows of ten seconds (twelve if it "
        "is estimated from "
        "samples, sixty if the windows of ten minutes show no growth). It rises by at least "
        "`growth_bytes_per_hour`, and by more than samples fluctuate. Memory that is filled "
        "and emptied does not "
        "grow, nor does a buffer that is filled once.",
    .levels = "A warning; a leak if the windows of ten minutes show it, the site holds "
              "`growth_bytes`, and it is memory "
              "that code allocates for itself. Growth of slab, per-CPU memory, page tables and "
              "kernel stacks is never more "
              "than a warning. Not counted are caches whose slab the kernel can reclaim, page "
              "cache, memory of "
              "processes, and what was configured to be so large (zram, hugetlb ...).",
    .sure = "Likely: a cache without a limit, or a service that is still starting, grows as well. "
            "Possible for memory of "
            "the kernel's own allocators.",
    .check = "`MemAvailable` of `/proc/meminfo` falls at about that rate; for slab, a cache in "
             "`slabtop` grows. Look at "
             "the stack, then at who calls it.",
    .find = find,
};

} // namespace ghostmem
