// The document of `leakctl reset`.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output::json {

void reset(std::ostream& out, const ResetReport& report);

} // namespace ghostmem::output::json
