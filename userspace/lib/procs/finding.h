// What `leakctl procs` reports: a finding about one process, or about the whole host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/confidence.h"

namespace ghostmem {

enum class ProcFindingKind {
    zombies,        ///< a parent that does not wait for its children
    zombie_threads, ///< threads of a living process that have ended and stay
    stuck,          ///< uninterruptible for long, without waking
    cpu_time,       ///< a thread's utime + stime contradict the scheduler
    machine_cpu,    ///< /proc/stat contradicts the tasks
    descriptors,    ///< near the limit of descriptors
    descriptor_growth,
    deleted_files, ///< space held by files that have no name
    system_files,  ///< near the limit of open files of the whole system
    namespaces,    ///< live, but nobody in sight holds them
    dying_cgroups, ///< removed, but not gone
};

/// Stable words, the ones that JSON uses.
std::string_view name_of(ProcFindingKind kind);

struct ProcFinding {
    ProcFindingKind kind = ProcFindingKind::zombies;
    Confidence confidence = Confidence::certain;
    std::optional<uint32_t> pid;  ///< who has to act; nullopt: it is about the host
    std::optional<uint32_t> ppid; ///< its parent
    std::string comm;
    std::optional<uint64_t> count; ///< zombies, descriptors, files, namespaces ...
    std::optional<uint64_t> bytes;
    std::optional<double> seconds;     ///< for how long, or how much CPU time
    std::optional<double> growth;      ///< of `count`, each second, while it was watched
    std::string sentence;              ///< what is the matter, without a full stop
    std::vector<std::string> evidence; ///< each begins with the file in which it can be looked up
    std::string remedy;                ///< what helps, without a full stop; empty: nothing is known
};

} // namespace ghostmem
