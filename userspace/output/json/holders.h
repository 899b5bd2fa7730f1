// `leakctl holders` as JSON.
#pragma once

#include <ostream>

#include "lib/findings/holder_search.h"

namespace ghostmem::output::json {

void holders(std::ostream& out, const HoldersReport& report);

} // namespace ghostmem::output::json
