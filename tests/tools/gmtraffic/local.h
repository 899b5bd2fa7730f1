#pragma once

namespace gmtraffic {

/// Uses each kind of socket `rounds` times; half of the data is never read.
int local(int rounds);

} // namespace gmtraffic
