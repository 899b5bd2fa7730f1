// Table cells for sites.
#pragma once

#include <string>
#include <vector>

#include "lib/attribution/site_view.h"

namespace ghostmem::output::text {

/// Returns the lines of the stack that are printed below a site's row.
std::vector<std::string> stack_lines(const SiteView& view);
std::string live_bytes_cell(const SiteView& view);
/// The function that identifies the site in listings.
std::string function_cell(const SiteView& view);
/// The margin of error of an estimate, in both directions; empty when the figure is exact.
std::string margin_cell(const SiteView& view);
/// "+1.2 MiB/min", "0 B/min"; "-" while the growth is not known.
std::string growth_cell(const SiteView& view);
/// "module", "module (unloaded)" or "-" for the kernel image.
std::string module_cell(const SiteView& view);
/// The age of the oldest page; ">" before a lower bound, "-" when nothing is held.
std::string age_cell(const SiteView& view);

} // namespace ghostmem::output::text
