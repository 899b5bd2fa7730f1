// The document of `leakctl diff`.
#pragma once

#include <ostream>

#include "lib/snapshot/diff.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

void diff(std::ostream& out, const SnapshotDiff& diff);

} // namespace ghostmem::output::json
