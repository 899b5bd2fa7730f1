// The names of system calls in which tasks wait, and which of their arguments is a descriptor.
#pragma once

#include <optional>
#include <string>

#include "lib/host/task_details.h"

namespace ghostmem {

/// "read", "fsync"; "system call 467" for one that is not known.
std::string system_call_name(const SystemCall& call);

/// The descriptor that the call is about; nullopt: it has none.
std::optional<uint32_t> system_call_fd(const SystemCall& call);

/// What a task is doing, in words: "in futex", "in a page fault", "running"; empty: not known.
std::string doing_words(const TaskDetails& details);

} // namespace ghostmem
