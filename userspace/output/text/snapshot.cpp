#include "output/text/snapshot.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/moment.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

void snapshot(std::ostream& out, const Style& style, const Snapshot& snapshot) {
    const SnapshotHost& host = snapshot.host;
    out << style.bold(fmt::format("{}, {}, up {}", host.name, host.kernel,
                                  format_age(static_cast<uint64_t>(host.uptime_s))))
        << '\n';
    std::string holds = fmt::format("Taken {}: {} of ghosts", format_moment(host.taken_s),
                                    format_bytes(snapshot.memory.ghost));
    if (snapshot.sites)
        holds += ", " + count_of(snapshot.sites->size(), "site");
    if (snapshot.sockets)
        holds += ", " + count_of(snapshot.sockets->sockets, "socket");
    holds +=
        fmt::format(", {} processes with {}", snapshot.tasks.processes,
                    count_of(snapshot.tasks.threads - snapshot.tasks.kernel_threads, "thread"));
    if (snapshot.slab)
        holds += ", " + count_of(snapshot.slab->size(), "slab cache");
    if (snapshot.handles)
        holds += ", " + count_of(snapshot.handles->files, "open file");
    if (snapshot.log)
        holds += fmt::format(", the kernel's log up to record {}", snapshot.log->next);
    out << wrapped(holds, 0) << '\n';
    const size_t findings = snapshot.verdict.size() + snapshot.procs.size() +
                            (snapshot.log ? snapshot.log->conditions.size() : 0);
    if (findings != 0)
        out << count_of(findings, "finding") << '\n';
    if (!snapshot.missing.empty())
        out << "Missing:\n";
    for (const SnapshotGap& gap : snapshot.missing)
        out << "  " << wrapped(gap.section + ": " + gap.why, 4) << '\n';
}

} // namespace ghostmem::output::text
