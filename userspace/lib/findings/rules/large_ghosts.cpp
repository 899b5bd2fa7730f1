// Ghosts that are large, whoever has them.
#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/findings/rule.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

const SiteView* largest_ghost(const VerdictInput& in) {
    const SiteView* largest = nullptr;
    for (const SiteView& view : in.sites) {
        if (view.cls == SiteClass::direct &&
            (largest == nullptr || largest->live_bytes < view.live_bytes))
            largest = &view;
    }
    return largest;
}

std::vector<Finding> find(const VerdictInput& in) {
    const Ledger& ledger = in.ledger;
    if (in.lines_are_missing() || !in.is_large(excess(ledger.ghost, in.on_purpose_bytes)))
        return {};
    // What a living process has asked for is large, and no leak.
    const uint64_t explained = add(in.on_purpose_bytes, held_for_owners(in.holders));
    const bool leak = in.is_large(excess(ledger.ghost, explained));
    Finding finding{.level = leak ? VerdictLevel::leak : VerdictLevel::warn,
                    .confidence = leak ? Confidence::possible : Confidence::likely,
                    .bytes = ledger.ghost};
    finding.sentence = fmt::format("No line of /proc/meminfo accounts for {} ({} % of memory)",
                                   format_bytes(ledger.ghost), in.percent(ledger.ghost));
    // What sockets hold is told below.
    const Holder* holder = in.largest_holder(false);
    if (holder != nullptr && !holder->in_sockets && *holder->bytes >= ledger.ghost / 4)
        finding.sentence += fmt::format("; a known holder has {}", described(*holder));
    if (const SiteView* site = largest_ghost(in)) {
        finding.sentence +=
            fmt::format("; the largest ghost site seen holds {}: {}{}",
                        format_bytes(site->live_bytes), site->symbol, in_module(*site));
        finding.sites.push_back(site->id);
    }
    if (in.sockets != nullptr && in.status)
        finding.sentence += fmt::format(
            "; sockets pin {}",
            format_bytes(
                in.sockets->dump.census.held.pinned_bytes(in.status->page_size).value_or(0)));
    finding.sentence += '.';
    return {std::move(finding)};
}

} // namespace

extern const Rule large_ghosts_rule{
    .name = "large_ghosts",
    .finds = "Memory that no line of `/proc/meminfo` accounts for is large: `ghost_bytes`, or "
             "`ghost_percent` of memory, or "
             "`ghost_share_percent` of memory if that is at least `ghost_share_bytes`. What a "
             "known holder has because "
             "it was configured so (a balloon, huge pages, zram, trace buffers, packet rings) is "
             "subtracted first.",
    .levels =
        "A leak; a warning if what remains is not large after what living processes have asked "
        "for is subtracted, too (buffers registered with io_uring, data in pipes): the "
        "finding names them.",
    .sure = "The amount is certain, the cause is not: it may be memory that is in use, on a host "
            "that does much networking or "
            "runs virtual machines. The finding names the largest site and what sockets pin, as "
            "the places to look first.",
    .check = "`MemTotal` minus what `free`, `top` and `slabtop` account for.",
    .find = find,
};

} // namespace ghostmem
