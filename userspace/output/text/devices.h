// `leakctl devices` as text.
#pragma once

#include <ostream>

#include "lib/findings/account_reports.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void devices(std::ostream& out, const Style& style, const DevicesReport& report);

} // namespace ghostmem::output::text
