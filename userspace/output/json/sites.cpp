#include "output/json/sites.h"

#include "output/json/site.h"

namespace ghostmem::output::json {

void sites(std::ostream& out, const SitesReport& report) {
    Json json = document();
    add_listing(json, report);
    if (report.interval) {
        json["rate_interval_s"] = static_cast<double>(report.interval->count()) / 1000;
        json["rate_interrupted"] = report.interrupted;
    }
    out << to_text(json);
}

} // namespace ghostmem::output::json
