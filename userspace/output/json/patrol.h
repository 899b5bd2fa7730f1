// The documents of `leakctl patrol`.
#pragma once

#include <ostream>

#include "lib/patrol/patrol.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

void patrol(std::ostream& out, const PatrolReport& report);
void patrol_history(std::ostream& out, const PatrolHistory& history);

} // namespace ghostmem::output::json
