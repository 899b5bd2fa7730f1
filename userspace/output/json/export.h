// The document of `leakctl export`.
#pragma once

#include <ostream>

#include "lib/attribution/site_query.h"
#include "lib/findings/report.h"

namespace ghostmem::output::json {

/// Prints one document with the status and the sites in `selection`.
void everything(std::ostream& out, const StatusReport& report, const SiteSelection& selection);

} // namespace ghostmem::output::json
