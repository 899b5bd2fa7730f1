// Compares ghostmem with allocation profiling by call site.
#pragma once

#include <cstdint>

namespace gmwitness {

// Prints what was compared, and what differs. Returns the exit code. @began: the pages that
// ghostmem had before profiling began; up to that many more than profiling has are accepted.
int compare_call_sites(int64_t began);

} // namespace gmwitness
