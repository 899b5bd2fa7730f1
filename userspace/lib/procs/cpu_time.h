// Findings about CPU time that does not add up.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

/// A fault of the kernel's function cputime_adjust().
struct CpuTimeFault {
    std::string_view commit; ///< that mended it
    std::string_view mended; ///< "4.3": the first kernel without it
    std::string_view shows;  ///< how it looks from outside
    bool ahead;              ///< utime + stime are too large; else too small
};

std::span<const CpuTimeFault> cpu_time_faults();

/// Tasks whose times contradict one another by the two looks at all tasks; to be looked at again,
/// with brackets, because a task may have been switched between the reads of its two files.
std::vector<const Task*> cpu_suspects(const TaskList& before, const TaskList& after,
                                      uint64_t ticks_per_second);

std::vector<ProcFinding> cpu_time_findings(const Observation& seen);

} // namespace ghostmem
