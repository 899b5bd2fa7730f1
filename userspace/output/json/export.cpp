#include "output/json/export.h"

#include "lib/attribution/site_notes.h"
#include "output/json/site.h"
#include "output/json/status.h"

namespace ghostmem::output::json {

void everything(std::ostream& out, const StatusReport& report, const SiteSelection& selection) {
    Json json = status_document(report);
    json["ids_stable"] = ids_are_stable(selection.sites);
    json["sites"] = sites_json(selection);
    out << to_text(json);
}

} // namespace ghostmem::output::json
