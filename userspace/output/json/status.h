// The document of `leakctl status`.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json status_document(const StatusReport& report);
void status(std::ostream& out, const StatusReport& report);

} // namespace ghostmem::output::json
