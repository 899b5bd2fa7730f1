// `leakctl config` as text, as it reads it.
#pragma once

#include <ostream>

#include "lib/model/status.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void config(std::ostream& out, const Style& style, const Status& status);

} // namespace ghostmem::output::text
