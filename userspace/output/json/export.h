// The document of `leakctl export`.
#pragma once

#include <ostream>

#include "lib/attribution/site_query.h"
#include "lib/findings/report.h"

namespace ghostmem::output::json {

/// Status and sites in one; the sites are those given.
void everything(std::ostream& out, const StatusReport& report, const SiteSelection& selection);

} // namespace ghostmem::output::json
