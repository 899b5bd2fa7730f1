// `leakctl status` as text: fits 80x24 when all is well.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void status(std::ostream& out, const Style& style, const StatusReport& report);

} // namespace ghostmem::output::text
