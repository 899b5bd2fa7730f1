#include "lib/procs/leftovers.h"

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/procs/rules.h"

namespace ghostmem {

std::vector<ProcFinding> namespace_findings(const Observation& seen) {
    std::vector<ProcFinding> findings;
    // Holders that are not visible would be missed.
    if (!seen.all_tasks || seen.files.closed != 0)
        return findings;
    for (const NamespaceCount& count : seen.namespaces) {
        const uint64_t nobody = excess(count.live, add(count.held, count.uncertain));
        if (nobody < rule_of(ProcFindingKind::namespaces).least)
            continue;
        ProcFinding finding;
        finding.kind = ProcFindingKind::namespaces;
        finding.confidence = rule_of(finding.kind).confidence;
        finding.count = nobody;
        finding.sentence = fmt::format("at least {} {} namespaces live that no process, mount or "
                                       "descriptor holds",
                                       nobody, count.kind);
        finding.evidence.push_back(
            fmt::format("/proc/slabinfo: {} objects of {}_namespace, {} of which may be free",
                        count.live, count.kind, count.uncertain));
        finding.evidence.push_back(fmt::format("/proc/*/task/*/ns/{}, mountinfo and fd: {} are "
                                               "held",
                                               count.kind, count.held));
        finding.remedy =
            count.kind == "net"
                ? "a socket may hold them (leakctl sockets), or a reference that was never "
                  "dropped: see \"waiting for ... to become free\" in the kernel log"
                : "a reference was never dropped; only a reboot frees them";
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<ProcFinding> cgroup_findings(const Observation& seen) {
    if (!seen.cgroups)
        return {};
    const DyingCgroups& groups = *seen.cgroups;
    const uint64_t dying = groups.dying_memory.value_or(groups.dying);
    if (dying < rule_of(ProcFindingKind::dying_cgroups).least)
        return {};
    ProcFinding finding;
    finding.kind = ProcFindingKind::dying_cgroups;
    finding.confidence = rule_of(finding.kind).confidence;
    finding.count = dying;
    finding.sentence = fmt::format("{} control groups were removed, but live on beside {}: memory "
                                   "is still charged to them",
                                   dying, groups.living);
    finding.evidence.push_back(fmt::format(
        "{}: {} {}", groups.source,
        groups.dying_memory ? "nr_dying_subsys_memory" : "nr_dying_descendants", dying));
    if (!groups.worst.empty())
        finding.evidence.push_back(fmt::format("/sys/fs/cgroup{}/cgroup.stat: "
                                               "nr_dying_descendants {}",
                                               groups.worst, groups.worst_dying));
    finding.remedy = "dropping the page cache frees those that only it keeps: echo 1 "
                     ">/proc/sys/vm/drop_caches, which slows the host down for a while";
    return {finding};
}

} // namespace ghostmem
