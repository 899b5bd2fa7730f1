// Everything that findings are made of: two looks at all tasks, and details about those that a
// finding may be about. Findings are functions of it and of nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/host/block_device.h"
#include "lib/host/cgroups.h"
#include "lib/host/cpu_accounts.h"
#include "lib/host/namespaces.h"
#include "lib/host/open_files.h"
#include "lib/host/task_details.h"
#include "lib/model/task.h"

namespace ghostmem {

struct Observation {
    TaskList before;
    TaskList after;
    double interval_s = 0; ///< between the two

    /// By tid, of tasks that were uninterruptible at first, and then of those that were so again:
    /// how often each had been switched away.
    std::map<uint32_t, uint64_t> switches_before;
    std::map<uint32_t, uint64_t> switches_after;
    /// By tid: of parents that do not wait, of tasks that are stuck, and of some zombies.
    std::map<uint32_t, TaskDetails> details;
    std::map<uint32_t, uint64_t> idle_ms;                 ///< by tid: for how long it has not run
    std::map<uint32_t, FileTarget> targets;               ///< by tid: of its system call
    std::map<uint32_t, BlockDevice> devices;              ///< by tid: what that file is on
    std::map<uint32_t, PidsLimit> pids_limits;            ///< by pid
    std::map<uint32_t, std::vector<CpuBracket>> brackets; ///< by tid, of suspects

    std::optional<MachineCpu> machine_before;
    std::optional<MachineCpu> machine_after;
    std::string stat_is_mounted; ///< what is mounted on /proc/stat; empty: nothing
    std::string release;         ///< of the kernel
    uint64_t ticks_per_second = 100;
    bool all_tasks = true; ///< whether tasks of other users and pid namespaces are visible

    std::map<uint32_t, uint64_t> descriptors_before; ///< by pid
    OpenFilesSurvey files;
    std::optional<FileTables> tables;
    std::vector<NamespaceCount> namespaces;
    std::optional<DyingCgroups> cgroups;

    [[nodiscard]] const TaskDetails* details_of(uint32_t tid) const {
        const auto at = details.find(tid);
        return at == details.end() ? nullptr : &at->second;
    }
};

} // namespace ghostmem
