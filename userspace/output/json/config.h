// The document of `leakctl config`.
#pragma once

#include <ostream>

#include "lib/model/status.h"

namespace ghostmem::output::json {

void config(std::ostream& out, const Status& status);

} // namespace ghostmem::output::json
