#include "lib/procs/rules.h"

#include <algorithm>
#include <stdexcept>

namespace ghostmem {

namespace {

constexpr ProcRule rules[] = {
    {ProcFindingKind::stuck, "stuck", Confidence::certain, 10, "seconds",
     "a task waits uninterruptibly for every disk access; a healthy disk answers within seconds"},
    {ProcFindingKind::zombies, "zombies", Confidence::certain, 10, "seconds",
     "a parent that is busy waits for its children a little later"},
    {ProcFindingKind::zombie_threads, "zombie_threads", Confidence::likely, 1, "threads",
     "only a debugger that does not wait keeps a thread that has ended"},
    {ProcFindingKind::cpu_time, "cpu_time", Confidence::certain, 3, "ticks",
     "utime and stime are each rounded down to a tick; beyond that they add up exactly"},
    {ProcFindingKind::machine_cpu, "machine_cpu", Confidence::likely, 25, "percent of a CPU",
     "/proc/stat is sampled by ticks, and tasks are not all read at the same moment"},
    {ProcFindingKind::descriptors, "descriptors", Confidence::certain, 80, "percent of the limit",
     "a server may use half of what it is allowed on purpose"},
    {ProcFindingKind::descriptor_growth, "descriptor_growth", Confidence::possible, 64,
     "descriptors within the interval", "a server under load opens some and closes them later"},
    {ProcFindingKind::deleted_files, "deleted_files", Confidence::certain, uint64_t{64} << 20,
     "bytes of one process", "temporary files are deleted while they are open on purpose"},
    {ProcFindingKind::system_files, "system_files", Confidence::certain, 80, "percent of the limit",
     "the limit grows with memory and is normally far away"},
    {ProcFindingKind::namespaces, "namespaces", Confidence::likely, 32, "namespaces",
     "they are freed a while after their last user, and their number is an upper bound"},
    {ProcFindingKind::dying_cgroups, "dying_cgroups", Confidence::likely, 2000, "groups",
     "a removed group stays until the page cache charged to it is gone, which takes its time"},
};

} // namespace

std::span<const ProcRule> proc_rules() {
    return rules;
}

const ProcRule& rule_of(ProcFindingKind kind) {
    const auto* at = std::ranges::find(rules, kind, &ProcRule::kind);
    if (at == std::end(rules))
        throw std::logic_error("a kind of finding has no rule");
    return *at;
}

} // namespace ghostmem
