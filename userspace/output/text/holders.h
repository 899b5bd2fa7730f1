// `leakctl holders` as text.
#pragma once

#include <ostream>

#include "lib/findings/holder_search.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void holders(std::ostream& out, const Style& style, const HoldersReport& report);

} // namespace ghostmem::output::text
