#include "lib/procs/report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/host/privilege.h"
#include "lib/procs/cpu_time.h"
#include "lib/procs/handles.h"
#include "lib/procs/leftovers.h"
#include "lib/procs/machine_cpu.h"
#include "lib/procs/rules.h"
#include "lib/procs/stuck.h"
#include "lib/procs/zombies.h"

namespace ghostmem {

namespace {

constexpr std::array<std::pair<ProcSortKey, std::string_view>, 5> sort_words{{
    {ProcSortKey::urgency, "urgency"},
    {ProcSortKey::seconds, "seconds"},
    {ProcSortKey::count, "count"},
    {ProcSortKey::bytes, "bytes"},
    {ProcSortKey::pid, "pid"},
}};

// The position of its rule.
size_t urgency(const ProcFinding& finding) {
    const auto rules = proc_rules();
    return static_cast<size_t>(&rule_of(finding.kind) - rules.data());
}

bool before(const ProcFinding& a, const ProcFinding& b, ProcSortKey key) {
    switch (key) {
    case ProcSortKey::seconds:
        return a.seconds > b.seconds;
    case ProcSortKey::count:
        return a.count > b.count;
    case ProcSortKey::bytes:
        return a.bytes > b.bytes;
    case ProcSortKey::pid:
        return a.pid < b.pid;
    case ProcSortKey::urgency:
        break;
    }
    if (urgency(a) != urgency(b))
        return urgency(a) < urgency(b);
    return std::tuple(a.count, a.bytes, a.seconds) > std::tuple(b.count, b.bytes, b.seconds);
}

TaskNumbers numbers_of(const Observation& seen) {
    TaskNumbers numbers;
    for (const Task& task : seen.after.tasks) {
        ++numbers.threads;
        numbers.processes += task.leader() && !task.kernel_thread() ? 1 : 0;
        numbers.kernel_threads += task.kernel_thread() ? 1 : 0;
        numbers.zombies += task.leader() && task.zombie() && task.threads <= 1 ? 1 : 0;
        const Task* earlier = seen.before.find(task);
        numbers.uninterruptible +=
            task.uninterruptible() && earlier != nullptr && earlier->uninterruptible() ? 1 : 0;
    }
    numbers.waking = numbers.uninterruptible - unswitched(seen).size();
    return numbers;
}

std::vector<std::string> notes_of(const Observation& seen, const TaskSight& sight) {
    std::vector<std::string> notes;
    if (!sight.inspect)
        notes.emplace_back("stacks, system calls and descriptors of other users' processes may "
                           "not be read; run it as root for all");
    else if (seen.files.closed != 0)
        notes.push_back(fmt::format(
            "the descriptors of {} could not be read",
            seen.files.closed == 1 ? "1 process" : fmt::format("{} processes", seen.files.closed)));
    if (!sight.list)
        notes.emplace_back("processes of other users are hidden (hidepid of /proc)");
    if (!sight.outside)
        notes.emplace_back("this is a pid namespace of its own: processes outside of it are not "
                           "visible");
    const bool times = std::ranges::any_of(
        seen.after.tasks, [](const Task& task) { return task.run_ns.has_value(); });
    if (!times)
        notes.emplace_back("this kernel has no /proc/PID/schedstat: CPU times are not checked");
    if (seen.files.not_asked != 0)
        notes.push_back(fmt::format("{} on network file systems were not asked for their sizes",
                                    count_of(seen.files.not_asked, "deleted file")));
    if (seen.after.left_out != 0)
        notes.push_back(fmt::format("{} beyond the first {} were left out",
                                    count_of(seen.after.left_out, "task"),
                                    seen.after.tasks.size()));
    notes.emplace_back("tasks that are hidden from /proc are not looked for");
    return notes;
}

} // namespace

std::string_view name_of(ProcSortKey key) {
    const auto* at =
        std::ranges::find(sort_words, key, [](const auto& each) { return each.first; });
    return at->second;
}

std::optional<ProcSortKey> parse_proc_sort(std::string_view word) {
    const auto* at =
        std::ranges::find(sort_words, word, [](const auto& each) { return each.second; });
    return at == sort_words.end() ? std::nullopt : std::optional(at->first);
}

std::vector<ProcFinding> proc_findings(const Observation& seen) {
    std::vector<ProcFinding> all;
    for (const auto find :
         {stuck_findings, zombie_findings, zombie_thread_findings, cpu_time_findings,
          machine_cpu_findings, descriptor_findings, deleted_file_findings, system_file_findings,
          namespace_findings, cgroup_findings}) {
        std::vector<ProcFinding> some = find(seen);
        std::ranges::move(some, std::back_inserter(all));
    }
    std::ranges::stable_sort(all, [](const ProcFinding& a, const ProcFinding& b) {
        return before(a, b, ProcSortKey::urgency);
    });
    return all;
}

ProcsReport procs_report(const Observation& seen, const std::filesystem::path& root,
                         const ProcsOptions& options) {
    ProcsReport report;
    report.options = options;
    report.findings = proc_findings(seen);
    if (!options.all)
        report.doubtful = std::erase_if(report.findings, [](const ProcFinding& finding) {
            return finding.confidence == Confidence::possible;
        });
    report.matched = report.findings.size();
    std::ranges::stable_sort(report.findings, [&](const ProcFinding& a, const ProcFinding& b) {
        return before(a, b, options.sort);
    });
    if (options.top && report.findings.size() > *options.top)
        report.findings.erase(report.findings.begin() + static_cast<std::ptrdiff_t>(*options.top),
                              report.findings.end());
    report.tasks = numbers_of(seen);
    report.interval_s = seen.interval_s;
    report.tables = seen.tables;
    if (seen.cgroups)
        report.dying_cgroups = seen.cgroups->dying;
    report.notes = notes_of(seen, sight_of_tasks(root));
    return report;
}

ProcsReport gather_procs(const ProcsHost& host, const ProcsOptions& options) {
    return procs_report(observe(host, options.interval), host.root, options);
}

} // namespace ghostmem
