// The line of `leakctl check`.
#pragma once

#include <ostream>

#include "lib/snapshot/assess.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

/// "GHOSTMEM OK - ghosts 12.0 MiB of 2.0 GiB | ghosts=12582912B;;536870912;0;2147483648 ...", as
/// the guidelines for monitoring plugins have it. Never more than one line, nor colours.
void check(std::ostream& out, const Style& style, const CheckReport& report);

} // namespace ghostmem::output::text
