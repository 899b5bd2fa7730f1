#pragma once

namespace gmtraffic {

/// Each kind of socket, so many times; half of what is sent is never read.
int local(int rounds);

} // namespace gmtraffic
