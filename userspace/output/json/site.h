// A site as JSON.
#pragma once

#include "lib/attribution/site_query.h"
#include "lib/findings/report.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json site_json(const SiteView& view);
/// Returns the selected sites as an array.
Json sites_json(const SiteSelection& selection);
/// Adds what `sites` and `trace` have in common: the sites, and the sums over all matches.
void add_listing(Json& json, const SitesReport& report);

} // namespace ghostmem::output::json
