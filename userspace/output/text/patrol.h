// What a patrol has to tell, and the history of patrols, as text.
#pragma once

#include <ostream>
#include <vector>

#include "lib/patrol/patrol.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

/// A line for each news; nothing if there is none.
void patrol(std::ostream& out, const Style& style, const PatrolReport& report);

void patrol_history(std::ostream& out, const Style& style, const PatrolHistory& history);

} // namespace ghostmem::output::text
