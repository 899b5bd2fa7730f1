// Findings about tasks that have ended, but stay because nobody waits for them.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

/// The children of one parent that were zombies both times.
struct ZombieGroup {
    uint32_t parent = 0;
    std::vector<uint32_t> zombies; ///< pids, the longest-lived processes first
    uint64_t before = 0;           ///< how many zombies it had at first, and then
    uint64_t after = 0;
};

/// By number, the largest first.
std::vector<ZombieGroup> zombie_groups(const TaskList& before, const TaskList& after);

/// How many zombies of a group are looked at for how long they have been zombies.
inline constexpr size_t sampled_zombies = 4;

std::vector<ProcFinding> zombie_findings(const Observation& seen);
std::vector<ProcFinding> zombie_thread_findings(const Observation& seen);

} // namespace ghostmem
