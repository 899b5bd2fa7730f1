// `leakctl events` as text.
#pragma once

#include <ostream>

#include "lib/findings/account_reports.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

/// One line for each event.
void events(std::ostream& out, const Style& style, const EventsReport& report);

} // namespace ghostmem::output::text
