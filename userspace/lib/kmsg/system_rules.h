// Rules about messages of memory, tasks, CPUs and the kernel itself, in the format of a file of
// rules.
#pragma once

#include <string_view>

namespace ghostmem {

extern const std::string_view system_kmsg_rules_text;

} // namespace ghostmem
