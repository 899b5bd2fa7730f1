// Table cells for sites.
#pragma once

#include <string>
#include <vector>

#include "lib/attribution/site_view.h"

namespace ghostmem::output::text {

/// How far these columns may shrink.
inline constexpr size_t narrowest_module = 14;
inline constexpr size_t narrowest_function = 20;

/// Returns the lines of the stack that are printed below a site's row.
std::vector<std::string> stack_lines(const SiteView& view);
std::string live_bytes_cell(const SiteView& view);
/// The function that identifies the site in listings.
std::string function_cell(const SiteView& view);
/// How many stacks the row stands for.
std::string stacks_cell(const SiteView& view);
std::string class_cell(const SiteView& view);
/// The margin of error of an estimate, in both directions; "to 3.1 MiB", the upper bound, if the
/// margin is larger than the estimate; empty when the figure is exact.
std::string margin_cell(const SiteView& view);
/// "+1.2 MiB/min", "0 B/min"; "-" while the growth is not known.
std::string growth_cell(const SiteView& view);
/// "module", "module (unloaded)" or "-" for the kernel image.
std::string module_cell(const SiteView& view);
/// The age of the oldest page; ">" before a lower bound, "-" when nothing is held.
std::string age_cell(const SiteView& view);

} // namespace ghostmem::output::text
