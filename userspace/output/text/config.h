// `leakctl config` as text, in the form in which it accepts settings.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void config(std::ostream& out, const Style& style, const ConfigReport& report);

} // namespace ghostmem::output::text
