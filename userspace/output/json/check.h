// The document of `leakctl check`.
#pragma once

#include <ostream>

#include "lib/snapshot/assess.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json check_item_json(const CheckItem& item);
void check(std::ostream& out, const CheckReport& report);

} // namespace ghostmem::output::json
