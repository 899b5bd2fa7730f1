// The report of `leakctl procs`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/host/open_files.h"
#include "lib/host/own_cost.h"
#include "lib/procs/finding.h"
#include "lib/procs/survey.h"

namespace ghostmem {

enum class ProcSortKey { urgency, seconds, count, bytes, pid };

std::string_view name_of(ProcSortKey key);
/// nullopt: there is no such word.
std::optional<ProcSortKey> parse_proc_sort(std::string_view word);

struct ProcsOptions {
    std::chrono::milliseconds interval{2000};
    ProcSortKey sort = ProcSortKey::urgency;
    std::optional<size_t> top;
    bool all = false; ///< also findings of low confidence
};

/// How many there were at the second look.
struct TaskNumbers {
    uint64_t processes = 0;
    uint64_t threads = 0;
    uint64_t kernel_threads = 0;
    uint64_t zombies = 0;
    uint64_t uninterruptible = 0; ///< both times
    uint64_t waking = 0;          ///< of these, woke in between: they are well
};

struct ProcsReport {
    ProcsOptions options;
    std::vector<ProcFinding> findings; ///< the first `top` of those that matched
    size_t matched = 0;
    size_t doubtful = 0; ///< left out because their confidence is low
    TaskNumbers tasks;
    double interval_s = 0;
    std::optional<FileTables> tables;
    std::optional<uint64_t> dying_cgroups; ///< nullopt: not known
    std::vector<std::string> notes;        ///< what could not be seen; without full stops
    OwnCost cost;

    /// Of one CPU, over the time of watching.
    [[nodiscard]] double cpu_percent() const {
        return interval_s > 0 ? cost.cpu_s / interval_s * 100 : 0;
    }
};

/// All findings, in the order of urgency.
std::vector<ProcFinding> proc_findings(const Observation& seen);

/// The report of an observation that was made of the host whose /proc is in `root`.
ProcsReport procs_report(const Observation& seen, const std::filesystem::path& root,
                         const ProcsOptions& options);

/// Never throws because a task ends or may not be read; that is in the notes.
ProcsReport gather_procs(const ProcsHost& host, const ProcsOptions& options);

} // namespace ghostmem
