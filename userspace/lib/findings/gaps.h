// What the findings lack, so that a verdict on the rest would be a guess.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/attribution/site_view.h"
#include "lib/host/meminfo.h"

namespace ghostmem {

/// Returns a sentence about lines that the ledger needs and that were left out; empty: there is
/// none.
std::string missing_lines(const std::vector<MeminfoOddLine>& odd);

/// Returns a sentence if a full table of sites, of that size, counts much without a name; else
/// empty.
std::string full_table(const std::vector<SiteView>& sites, uint32_t sites_max);

} // namespace ghostmem
