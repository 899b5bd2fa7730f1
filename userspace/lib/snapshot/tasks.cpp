#include "lib/snapshot/tasks.h"

#include <algorithm>
#include <map>

#include "lib/base/saturate.h"
#include "lib/base/words.h"
#include "lib/host/proc_directory.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/procs/report.h"

namespace ghostmem {

namespace {

// "SIZE RESIDENT SHARED ..." in pages. Its reading takes no permission.
uint64_t anonymous_pages(ProcDirectory& proc, uint32_t pid) {
    const auto words = words_of(proc.read((std::to_string(pid) + "/statm").c_str()));
    const auto number = [&](size_t i) {
        return i < words.size() ? number_of<uint64_t>(words[i]).value_or(0) : 0;
    };
    return excess(number(1), number(2));
}

void take_processes(Snapshot& snapshot, const Observation& seen,
                    const std::filesystem::path& root) {
    ProcDirectory proc(root / "proc");
    std::map<uint32_t, uint64_t> descriptors;
    for (const OpenFiles& files : seen.files.processes)
        descriptors.emplace(files.pid, files.count);
    std::map<std::string, SnapshotProcess> by_comm;
    for (const Task& task : seen.after.tasks) {
        if (!task.leader() || task.kernel_thread())
            continue;
        SnapshotProcess& one = by_comm[printable(task.comm)];
        ++one.processes;
        one.threads += task.threads;
        one.anonymous_bytes = add(one.anonymous_bytes, multiply(anonymous_pages(proc, task.pid),
                                                                snapshot.host.page_size));
        if (const auto at = descriptors.find(task.pid); at != descriptors.end())
            one.descriptors = one.descriptors.value_or(0) + at->second;
    }
    for (auto& [comm, process] : by_comm) {
        process.comm = comm;
        snapshot.processes.push_back(std::move(process));
    }
    std::ranges::stable_sort(snapshot.processes, std::ranges::greater{},
                             &SnapshotProcess::anonymous_bytes);
}

SnapshotProcFinding finding_of(const ProcFinding& finding) {
    SnapshotProcFinding one;
    one.finding = name_of(finding.kind);
    one.confidence = finding.confidence;
    one.pid = finding.pid;
    if (finding.pid)
        one.comm = printable(finding.comm);
    one.count = finding.count;
    one.bytes = finding.bytes;
    one.seconds = finding.seconds;
    one.sentence = finding.sentence;
    if (!finding.remedy.empty())
        one.remedy = finding.remedy;
    return one;
}

} // namespace

void take_tasks(Snapshot& snapshot, const Observation& seen, const std::filesystem::path& root) {
    const ProcsReport report = procs_report(seen, root, {});
    snapshot.tasks = {.processes = report.tasks.processes,
                      .threads = report.tasks.threads,
                      .kernel_threads = report.tasks.kernel_threads,
                      .zombies = report.tasks.zombies,
                      .uninterruptible = report.tasks.uninterruptible,
                      .dying_cgroups = report.dying_cgroups};
    for (const ProcFinding& finding : report.findings)
        snapshot.procs.push_back(finding_of(finding));
    for (const std::string& note : report.notes)
        snapshot.missing.push_back({"procs", note});
    take_processes(snapshot, seen, root);
    if (report.tables)
        snapshot.handles = {.files = report.tables->files,
                            .files_limit = report.tables->files_limit,
                            .inodes = report.tables->inodes,
                            .inodes_free = report.tables->inodes_free};
    else
        snapshot.missing.push_back({"handles", "/proc/sys/fs/file-nr may not be read"});
}

} // namespace ghostmem
