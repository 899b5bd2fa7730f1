// The document of `leakctl config`.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output::json {

void config(std::ostream& out, const ConfigReport& report);

} // namespace ghostmem::output::json
