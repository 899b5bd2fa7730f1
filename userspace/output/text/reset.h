// `leakctl reset` as text.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void reset(std::ostream& out, const Style& style, const ResetReport& report);

} // namespace ghostmem::output::text
