// Compares with allocation profiling, call site by call site.
#pragma once

namespace gmwitness {

// Prints what was compared, and what differs. Returns the exit code.
int compare_call_sites();

} // namespace gmwitness
