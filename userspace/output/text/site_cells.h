// Sites in words and figures, for tables.
#pragma once

#include <string>
#include <vector>

#include "lib/attribution/site_view.h"

namespace ghostmem::output::text {

/// What is shown under a site's row.
std::vector<std::string> stack_lines(const SiteView& view);
/// How far an estimate may be off either way; nothing where the figure is exact.
std::string margin_cell(const SiteView& view);
/// "+1.2 MiB/min", "0 B/min"; "-" while it is not known.
std::string growth_cell(const SiteView& view);
/// "module", "module (unloaded)" or "-" for the kernel image.
std::string module_cell(const SiteView& view);
/// The age of the oldest page; ">" before a lower bound, "-" when nothing is held.
std::string age_cell(const SiteView& view);

} // namespace ghostmem::output::text
