// The tasks that /proc lists.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "lib/model/task_source.h"

namespace ghostmem {

class ProcTasks : public TaskSource {
  public:
    explicit ProcTasks(std::filesystem::path root) : root_(std::move(root)) {}

    /// Reads ROOT/proc/PID/task/TID/{schedstat,stat}, two files a task. The files of a process,
    /// ROOT/proc/PID/stat, are not used: their CPU times are sums over threads, some of which have
    /// ended, and must not be compared with ROOT/proc/PID/schedstat, which is of one thread alone.
    TaskList tasks() override;

  private:
    std::filesystem::path root_;
};

/// Parses /proc/PID/task/TID/stat, without the pid, which it does not have. A comm may contain
/// spaces, parentheses and newlines. nullopt: it is not complete.
std::optional<Task> parse_task_stat(std::string_view text);

/// The first number of schedstat: the nanoseconds that the task has run.
std::optional<uint64_t> parse_run_ns(std::string_view text);

} // namespace ghostmem
