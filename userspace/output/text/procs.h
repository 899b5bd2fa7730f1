// `leakctl procs` as text, in 80 columns where paths and names permit.
#pragma once

#include <ostream>

#include "lib/procs/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void procs(std::ostream& out, const Style& style, const ProcsReport& report);

} // namespace ghostmem::output::text
