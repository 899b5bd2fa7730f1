// CPU time as the kernel accounts for it: for the machine, and for one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ghostmem {

/// Of /proc/stat. Times in ticks, since boot, of all CPUs.
struct MachineCpu {
    uint64_t busy_ticks = 0;  ///< user, nice and system: what tasks have used
    uint64_t other_ticks = 0; ///< idle, iowait, irq, softirq, steal
    /// The same, summed over the lines of single CPUs.
    uint64_t by_cpu_ticks = 0;
    uint32_t cpus = 0;
    uint64_t forks = 0; ///< since boot

    [[nodiscard]] uint64_t ticks() const { return busy_ticks + other_ticks; }
    /// nullopt: it is not such a file.
    static std::optional<MachineCpu> parse(std::string_view text);
    static std::optional<MachineCpu> read(const std::filesystem::path& root);
};

/// One thread's time by the scheduler, then utime + stime, then by the scheduler again.
struct CpuBracket {
    uint64_t before_ns = 0;
    uint64_t ticks = 0;
    uint64_t after_ns = 0;
};

/// nullopt: the task has ended, or its kernel has no schedstat.
std::optional<CpuBracket> read_cpu_bracket(const std::filesystem::path& root, uint32_t pid,
                                           uint32_t tid, uint64_t start_ticks);

/// Which part of /proc is not the kernel's own: something is mounted on ROOT/proc/stat, as lxcfs
/// does in containers. Empty: nothing is.
std::string mounted_over_stat(const std::filesystem::path& root);

/// The running kernel's version, as uname -r has it; empty: not known.
std::string kernel_release(const std::filesystem::path& root);

/// Ticks per second of all times in /proc.
uint64_t ticks_per_second();

} // namespace ghostmem
