// Compares with allocation profiling, call site by call site.
#pragma once

#include <cstdint>

namespace gmwitness {

// Prints what was compared, and what differs. Returns the exit code. @began: pages that ghostmem
// had before profiling began; what it has more may be of those.
int compare_call_sites(int64_t began);

} // namespace gmwitness
