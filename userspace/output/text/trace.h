// `leakctl trace` as text.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void trace(std::ostream& out, const Style& style, const TraceReport& report);

} // namespace ghostmem::output::text
