// The document of `leakctl trace`.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output::json {

void trace(std::ostream& out, const TraceReport& report);

} // namespace ghostmem::output::json
