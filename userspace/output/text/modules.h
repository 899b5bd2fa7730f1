// `leakctl modules` as text.
#pragma once

#include <ostream>

#include "lib/findings/account_reports.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void modules(std::ostream& out, const Style& style, const ModulesReport& report);

} // namespace ghostmem::output::text
