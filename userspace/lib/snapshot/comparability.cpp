#include "lib/snapshot/comparability.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

namespace {

// How far the seconds of two clocks may drift apart, by rounding and while sources are read.
constexpr uint64_t slack_s = 30;

using Limits = std::vector<std::string>;

void about_boots(const Snapshot& before, const Snapshot& after, Limits& limits) {
    if (!same_host(before, after)) {
        limits.push_back(fmt::format(
            "these are two hosts ({} with {} of memory, {} with {}): processes, the kernel's log "
            "and rates cannot be compared, and sizes only as they are",
            before.host.name, format_bytes(before.memory.total), after.host.name,
            format_bytes(after.memory.total)));
        return;
    }
    if (before.host.boot_id.empty() || after.host.boot_id.empty())
        limits.emplace_back("a boot id is missing, so that it is not known whether the host was "
                            "booted in between: findings are compared by process name");
    else if (!same_boot(before, after))
        limits.emplace_back(
            "the boot ids differ: the host was booted in between. Pids, numbers of allocations, "
            "ages and the kernel's log cannot be compared; what is gone may only not have come "
            "back yet");
    if (after.host.taken_s < before.host.taken_s)
        limits.emplace_back("the second snapshot is the older one: what grew has shrunk");
}

void about_kernels(const Snapshot& before, const Snapshot& after, Limits& limits) {
    if (before.host.kernel != after.host.kernel)
        limits.push_back(
            fmt::format("the kernels differ ({} and {}): sites are compared by function, their ids "
                        "are not, and parts of memory may be counted differently",
                        before.host.kernel, after.host.kernel));
    if (before.host.page_size != after.host.page_size)
        limits.emplace_back("the sizes of pages differ: whoever takes whole pages takes more with "
                            "larger ones");
}

void about_tracker(const Snapshot& before, const Snapshot& after, Limits& limits) {
    for (const Snapshot* one : {&before, &after}) {
        if (!one->sites)
            limits.push_back(
                fmt::format("the {} snapshot has no sites ({}), so that these are not compared",
                            one == &before ? "first" : "second",
                            one->module.problem.value_or("the tracker did not record")));
    }
    if (!before.sites || !after.sites)
        return;
    if (before.module.mode != after.module.mode)
        limits.push_back(fmt::format("one has exact figures of sites and the other estimates (mode "
                                     "{} and {})",
                                     before.module.mode.value_or("not known"),
                                     after.module.mode.value_or("not known")));
    if (!same_boot(before, after) || after.host.taken_s < before.host.taken_s)
        return;
    const uint64_t recording =
        before.module.armed_s.value_or(0) + (after.host.taken_s - before.host.taken_s);
    if (before.module.generation != after.module.generation ||
        after.module.armed_s.value_or(0) + slack_s < recording)
        limits.emplace_back("the tracker began anew in between: sites have only what was allocated "
                            "since then, so that what they held before seems gone");
}

void about_sections(const Snapshot& before, const Snapshot& after, Limits& limits) {
    const auto lacks = [&](bool first, bool second, const char* what) {
        if (first == second)
            return;
        limits.push_back(fmt::format("the {} snapshot has no {}, which are not compared",
                                     first ? "second" : "first", what));
    };
    lacks(before.slab.has_value(), after.slab.has_value(), "slab caches");
    lacks(before.handles.has_value(), after.handles.has_value(), "numbers of open files");
    lacks(before.log.has_value(), after.log.has_value(), "messages of the kernel's log");
    lacks(before.sockets.has_value(), after.sockets.has_value(), "sockets");
    if (before.sockets && after.sockets &&
        before.sockets->pinned.has_value() != after.sockets->pinned.has_value())
        limits.emplace_back("what sockets pin is known of one snapshot alone: their queued data is "
                            "compared");
    if (before.memory.counted != after.memory.counted)
        limits.push_back(fmt::format(
            "ghosts are counted frame by frame in the {} snapshot, and the rest of the books in "
            "the other one",
            before.memory.counted ? "first" : "second"));
}

bool stable(const Snapshot& snapshot) {
    return snapshot.sites && std::ranges::all_of(*snapshot.sites, &SnapshotSite::id_stable);
}

} // namespace

bool same_host(const Snapshot& before, const Snapshot& after) {
    return before.host.name == after.host.name || same_boot(before, after);
}

bool same_boot(const Snapshot& before, const Snapshot& after) {
    return !before.host.boot_id.empty() && before.host.boot_id == after.host.boot_id;
}

bool comparable_ids(const Snapshot& before, const Snapshot& after) {
    return same_boot(before, after) ||
           (before.host.kernel == after.host.kernel && stable(before) && stable(after));
}

std::vector<std::string> limits_of(const Snapshot& before, const Snapshot& after) {
    Limits limits;
    about_boots(before, after, limits);
    about_kernels(before, after, limits);
    about_tracker(before, after, limits);
    about_sections(before, after, limits);
    return limits;
}

} // namespace ghostmem
