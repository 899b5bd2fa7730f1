// A task (a thread, as the scheduler knows it) at one moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ghostmem {

struct Task {
    uint32_t tid = 0;
    uint32_t pid = 0;         ///< of its process, which is the tid of the process's first thread
    uint32_t ppid = 0;        ///< 0: it has no parent that is visible from here
    char state = '\0';        ///< 'R', 'S', 'D', 'Z' ...
    uint32_t flags = 0;       ///< PF_* of the kernel
    uint32_t threads = 0;     ///< of its process
    uint32_t cpu = 0;         ///< on which it ran last
    uint64_t start_ticks = 0; ///< since boot; with the tid it names the task for ever
    uint64_t cpu_ticks = 0;   ///< utime + stime of this thread alone
    std::string comm;         ///< at most 15 bytes (63 of kernel threads), as it is
    /// What the scheduler itself has measured; read before cpu_ticks. nullopt: not readable.
    std::optional<uint64_t> run_ns;

    [[nodiscard]] bool leader() const { return tid == pid; }
    [[nodiscard]] bool zombie() const { return state == 'Z'; }
    [[nodiscard]] bool uninterruptible() const { return state == 'D'; }
    [[nodiscard]] bool kernel_thread() const {
        constexpr uint32_t pf_kthread = 0x00200000;
        return (flags & pf_kthread) != 0;
    }
    /// Whether both are the same task, and not one that got the number of the other.
    [[nodiscard]] bool same_as(const Task& other) const {
        return tid == other.tid && start_ticks == other.start_ticks;
    }
};

struct TaskList {
    std::vector<Task> tasks; ///< by tid
    uint64_t vanished = 0;   ///< tasks that ended while they were read
    uint64_t left_out = 0;   ///< tasks beyond the limit of what is kept

    /// nullptr: there is none of that number.
    [[nodiscard]] const Task* find(uint32_t tid) const;
    /// Likewise, but only if it is the same task.
    [[nodiscard]] const Task* find(const Task& task) const;
};

} // namespace ghostmem
