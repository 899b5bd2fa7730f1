// `leakctl sites` as text.
#pragma once

#include <ostream>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void sites(std::ostream& out, const Style& style, const SitesReport& report);
/// Prints the table of page allocation sites, and their sum.
void site_listing(std::ostream& out, const Style& style, const SitesReport& report);
/// Explains the GROWTH column, or says why growth is not known yet. The selection must contain at
/// least one site.
void growth_note(std::ostream& out, const SiteSelection& selection);
/// Prints what the listing itself does not show.
void listing_notes(std::ostream& out, const SitesReport& report);

} // namespace ghostmem::output::text
