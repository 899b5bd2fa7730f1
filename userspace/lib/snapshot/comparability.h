// What two snapshots allow to compare.
#pragma once

#include <string>
#include <vector>

#include "lib/snapshot/snapshot.h"

namespace ghostmem {

/// By its name; a host that was renamed is still the same if it was not booted meanwhile.
bool same_host(const Snapshot& before, const Snapshot& after);
/// False if in doubt.
bool same_boot(const Snapshot& before, const Snapshot& after);
/// Whether a site has the same id in both.
bool comparable_ids(const Snapshot& before, const Snapshot& after);

/// What cannot be compared, and why: sentences without full stops.
std::vector<std::string> limits_of(const Snapshot& before, const Snapshot& after);

} // namespace ghostmem
