// Words about accounts that the reports of devices, modules and events share.
#pragma once

#include <string>
#include <vector>

#include "lib/findings/account_reports.h"

namespace ghostmem::output::text {

/// "1.0 MiB", with "±" and the margin where it is an estimate; "-" for nothing.
std::string remains_cell(const Remains& remains, const Sampling& sampling);

/// What the cycles tell, and how far the figures can be relied on, in short phrases.
std::vector<std::string> account_notes(const AccountFinding& found);

/// A line for each of the largest sites, or for all with their stacks, after `word`.
std::vector<std::string> remains_lines(const Remains& remains, const char* word, bool stacks);

} // namespace ghostmem::output::text
