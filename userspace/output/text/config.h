// `leakctl config` as text, in the form in which it accepts settings.
#pragma once

#include <ostream>

#include "lib/model/status.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void config(std::ostream& out, const Style& style, const Status& status);

} // namespace ghostmem::output::text
