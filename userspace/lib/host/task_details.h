// What /proc tells of a single task beyond what is read of all of them. Files that wait for a lock
// of the task's address space (cmdline, maps, environ) are never read: of a task that is stuck
// while it holds that lock they would block the reader as well.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct SystemCall {
    uint32_t number = 0;
    std::array<uint64_t, 6> arguments{};
    bool compat = false; ///< of a 32-bit program on a 64-bit kernel: numbers mean other calls
};

/// The file behind a descriptor.
struct FileTarget {
    uint32_t fd = 0;
    std::string path;
    bool direct = false; ///< opened with O_DIRECT
    std::string device;  ///< "253:0" of its file system; empty: not known
    std::string type;    ///< of its file system
    std::string source;  ///< of its mount
};

enum class Whereabouts {
    unknown,     ///< not permitted, or the kernel does not tell
    running,     ///< it is not in the kernel's waits now
    outside,     ///< it waits in the kernel, but not in a system call: a page fault, a signal
    system_call, ///< in the call of TaskDetails::call
};

struct TaskDetails {
    std::optional<uint64_t> switches; ///< how often it was switched away; nullopt: it has ended
    uint64_t signals_blocked = 0;     ///< bit 0 is signal 1
    uint64_t signals_ignored = 0;
    uint64_t signals_caught = 0;
    uint32_t tracer = 0;                  ///< pid of its debugger; 0: none
    std::vector<uint32_t> namespace_pids; ///< its pid in each pid namespace, the outermost first
    std::string wait_function;            ///< wchan; empty: none, or not permitted
    std::vector<std::string> stack;       ///< kernel functions, the innermost first
    Whereabouts whereabouts = Whereabouts::unknown;
    std::optional<SystemCall> call;
    std::string cgroup; ///< path
    /// When it last ran, on the clock of its CPU's run queue; see RunClock. nullopt: not known.
    std::optional<uint64_t> last_ran_ms;
    std::vector<std::string> unreadable; ///< files that could not be read

    [[nodiscard]] static bool has(uint64_t set, int signal) {
        return (set & (uint64_t{1} << (signal - 1))) != 0;
    }
};

/// Waits for each file that may block for `patience` at most.
TaskDetails read_task_details(const std::filesystem::path& root, uint32_t pid, uint32_t tid,
                              std::chrono::milliseconds patience);

/// Only the count of switches, from the task's status.
std::optional<uint64_t> read_switches(const std::filesystem::path& root, uint32_t pid,
                                      uint32_t tid);

/// Only when it last ran.
std::optional<uint64_t> read_last_ran(const std::filesystem::path& root, uint32_t pid,
                                      uint32_t tid);

/// nullopt: the process has no such descriptor, or it may not be read.
std::optional<FileTarget> read_file_target(const std::filesystem::path& root, uint32_t pid,
                                           uint32_t fd);

/// Parts of the above, for tests.
void parse_status(std::string_view text, TaskDetails& details);
void parse_system_call(std::string_view text, TaskDetails& details);
std::vector<std::string> parse_stack(std::string_view text);

} // namespace ghostmem
