// Reading files that may block: /proc/PID/stack and /proc/PID/syscall wait for a lock that a task
// in execve() holds, even while it is stuck there.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

/// What read_text() returns, or nullopt if that takes longer than `patience`. The read is then left
/// to a thread that ends with the program: the kernel's wait is ended by the program's exit.
std::optional<std::string> read_text_within(const std::filesystem::path& path,
                                            std::chrono::milliseconds patience);

} // namespace ghostmem
