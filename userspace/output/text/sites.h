// `leakctl sites` as text.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void sites(std::ostream& out, const Style& style, const SitesReport& report);
/// The table of sites of pages, and their sum.
void site_listing(std::ostream& out, const Style& style, const SitesReport& report);
/// What GROWTH is of, or why it is not known; there is at least one site.
void growth_note(std::ostream& out, const SiteSelection& selection);

} // namespace ghostmem::output::text
