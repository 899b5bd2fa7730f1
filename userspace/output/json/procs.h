// The document of `leakctl procs`, and a finding as other documents have it.
#pragma once

#include <ostream>

#include "lib/procs/report.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json proc_finding_json(const ProcFinding& finding);

void procs(std::ostream& out, const ProcsReport& report);

} // namespace ghostmem::output::json
