// What /proc reports about a process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace ghostmem {

struct Process {
    std::string comm;
    char state = '\0';     ///< 'R', 'S', 'D', 'T' ...; 0: not known
    std::string cgroup;    ///< its path; empty: the root, or not known
    std::string container; ///< see container_of()

    /// stopped(): a signal has stopped it. traced(): a debugger has.
    [[nodiscard]] bool stopped() const { return state == 'T'; }
    [[nodiscard]] bool traced() const { return state == 't'; }
    /// Whether it waits in the kernel, where signals do not reach it.
    [[nodiscard]] bool stuck() const { return state == 'D'; }
    /// "stopped (T)"; empty: not known.
    [[nodiscard]] std::string state_words() const;
};

/// Reads each process once. A process that has ended meanwhile is not known; that is not an error.
class Processes {
  public:
    explicit Processes(std::filesystem::path root) : root_(std::move(root)) {}
    const Process& of(uint32_t pid);

  private:
    std::filesystem::path root_;
    std::map<uint32_t, Process> known_;
};

} // namespace ghostmem
