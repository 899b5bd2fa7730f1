// The document of `leakctl sites`.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output::json {

void sites(std::ostream& out, const SitesReport& report);

} // namespace ghostmem::output::json
