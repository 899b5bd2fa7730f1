#include "lib/procs/handles.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/base/words.h"
#include "lib/procs/rules.h"

namespace ghostmem {

namespace {

constexpr size_t shown_kinds = 4;
constexpr size_t shown_files = 4;

// "512 of anon_inode:[eventpoll], 12 of file", the most frequent first.
std::string kind_words(const OpenFiles& files) {
    std::vector<std::pair<uint64_t, std::string>> kinds;
    for (const auto& [kind, count] : files.kinds)
        kinds.emplace_back(count, kind);
    std::ranges::stable_sort(kinds, std::ranges::greater{},
                             &std::pair<uint64_t, std::string>::first);
    std::string text;
    for (size_t i = 0; i < kinds.size() && i < shown_kinds; ++i)
        text += fmt::format("{}{} of {}", i == 0 ? "" : ", ", kinds[i].first, kinds[i].second);
    return text;
}

void set_task(ProcFinding& finding, const Observation& seen, uint32_t pid) {
    finding.pid = pid;
    if (const Task* task = seen.after.find(pid)) {
        finding.ppid = task->ppid;
        finding.comm = printable(task->comm);
    }
}

// How many descriptors more it has than at first; nullopt: not known.
std::optional<int64_t> grown(const Observation& seen, const OpenFiles& files) {
    const auto at = seen.descriptors_before.find(files.pid);
    const Task* after = seen.after.find(files.pid);
    if (at == seen.descriptors_before.end() || after == nullptr ||
        seen.before.find(*after) == nullptr)
        return std::nullopt;
    return static_cast<int64_t>(files.count) - static_cast<int64_t>(at->second);
}

ProcFinding about(const Observation& seen, const OpenFiles& files, ProcFindingKind kind) {
    ProcFinding finding;
    finding.kind = kind;
    finding.confidence = rule_of(kind).confidence;
    set_task(finding, seen, files.pid);
    finding.count = files.count;
    const auto growth = grown(seen, files);
    if (growth && seen.interval_s > 0)
        finding.growth = static_cast<double>(*growth) / seen.interval_s;
    finding.evidence.push_back(fmt::format("/proc/{}/fd: {}: {}", files.pid,
                                           count_of(files.count, "descriptor"), kind_words(files)));
    if (files.limit)
        finding.evidence.push_back(
            fmt::format("/proc/{}/limits: {} may be open", files.pid, *files.limit));
    if (growth && *growth > 0)
        finding.evidence.push_back(fmt::format("/proc/{}/fd: {} more within {:.1f} s", files.pid,
                                               *growth, seen.interval_s));
    return finding;
}

bool near(uint64_t count, uint64_t limit, ProcFindingKind kind) {
    return limit != 0 && static_cast<double>(count) * 100 >=
                             static_cast<double>(limit) * static_cast<double>(rule_of(kind).least);
}

} // namespace

std::vector<ProcFinding> descriptor_findings(const Observation& seen) {
    std::vector<ProcFinding> findings;
    for (const OpenFiles& files : seen.files.processes) {
        const auto growth = grown(seen, files);
        if (files.limit && near(files.count, *files.limit, ProcFindingKind::descriptors)) {
            ProcFinding finding = about(seen, files, ProcFindingKind::descriptors);
            finding.sentence =
                fmt::format("has {} of {} descriptors open", files.count, *files.limit);
            finding.remedy = fmt::format("restart it, or raise its limit meanwhile: prlimit --pid "
                                         "{} --nofile={}",
                                         files.pid, multiply(*files.limit, 2));
            findings.push_back(std::move(finding));
        } else if (growth && *growth >= static_cast<int64_t>(
                                            rule_of(ProcFindingKind::descriptor_growth).least)) {
            ProcFinding finding = about(seen, files, ProcFindingKind::descriptor_growth);
            finding.sentence = fmt::format("has opened {} more descriptors than it has closed "
                                           "within {:.1f} s",
                                           *growth, seen.interval_s);
            finding.remedy = "watch it for longer: leakctl procs --interval 1m";
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

std::vector<ProcFinding> deleted_file_findings(const Observation& seen) {
    // Each file counts with the first process that has it open.
    std::map<uint32_t, std::vector<const DeletedFile*>> by_process;
    for (const DeletedFile& file : seen.files.deleted) {
        if (!file.pids.empty())
            by_process[file.pids.front()].push_back(&file);
    }
    std::vector<ProcFinding> findings;
    for (const auto& [pid, files] : by_process) {
        uint64_t bytes = 0;
        for (const DeletedFile* file : files)
            bytes += file->bytes;
        if (bytes < rule_of(ProcFindingKind::deleted_files).least)
            continue;
        ProcFinding finding;
        finding.kind = ProcFindingKind::deleted_files;
        finding.confidence = rule_of(finding.kind).confidence;
        set_task(finding, seen, pid);
        finding.count = files.size();
        finding.bytes = bytes;
        finding.sentence =
            fmt::format("keeps {} of {} that {} deleted", format_bytes(bytes),
                        count_of(files.size(), "file"), files.size() == 1 ? "was" : "were");
        for (size_t i = 0; i < files.size() && i < shown_files; ++i)
            finding.evidence.push_back(
                fmt::format("/proc/{}/fd: {} (deleted), {}{}", pid, files[i]->path,
                            format_bytes(files[i]->bytes),
                            files[i]->pids.size() > 1
                                ? fmt::format(", also open in {}",
                                              count_of(files[i]->pids.size() - 1, "other process"))
                                : ""));
        finding.remedy = fmt::format("restart it, or let it reopen its files (for logs often kill "
                                     "-HUP {}); truncating /proc/{}/fd/N frees the space at once",
                                     pid, pid);
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<ProcFinding> system_file_findings(const Observation& seen) {
    if (!seen.tables ||
        !near(seen.tables->files, seen.tables->files_limit, ProcFindingKind::system_files))
        return {};
    ProcFinding finding;
    finding.kind = ProcFindingKind::system_files;
    finding.confidence = rule_of(finding.kind).confidence;
    finding.count = seen.tables->files;
    finding.sentence = fmt::format("the system has {} of {} files open", seen.tables->files,
                                   seen.tables->files_limit);
    finding.evidence.push_back(fmt::format("/proc/sys/fs/file-nr: {} open, {} at most",
                                           seen.tables->files, seen.tables->files_limit));
    const auto most = std::ranges::max_element(seen.files.processes, {}, &OpenFiles::count);
    if (most != seen.files.processes.end()) {
        set_task(finding, seen, most->pid);
        finding.evidence.push_back(fmt::format("/proc/{}/fd: {}, the most of all processes",
                                               most->pid, count_of(most->count, "descriptor")));
        finding.remedy =
            fmt::format("restart {}[{}], or raise the limit meanwhile: sysctl "
                        "fs.file-max={}",
                        finding.comm, most->pid, multiply(seen.tables->files_limit, 2));
    }
    return {finding};
}

} // namespace ghostmem
