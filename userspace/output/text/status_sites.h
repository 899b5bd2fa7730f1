// The sites that `leakctl status` lists.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

/// Prints the functions that the verdict names, then those that hold most of the ghosts.
void status_sites(std::ostream& out, const Style& style, const StatusReport& report);

} // namespace ghostmem::output::text
