#include "output/json/export.h"

#include "output/json/site.h"
#include "output/json/status.h"

namespace ghostmem::output::json {

void everything(std::ostream& out, const StatusReport& report, const SiteSelection& selection) {
    Json json = status_document(report);
    json["sites"] = sites_json(selection);
    out << to_text(json);
}

} // namespace ghostmem::output::json
