// What is in a snapshot, and what is not, as text.
#pragma once

#include <ostream>

#include "lib/snapshot/snapshot.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void snapshot(std::ostream& out, const Style& style, const Snapshot& snapshot);

} // namespace ghostmem::output::text
