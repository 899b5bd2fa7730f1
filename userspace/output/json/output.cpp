#include "output/json/output.h"

#include "output/json/documents.h"
#include "output/json/sockets.h"

namespace ghostmem::output {

void JsonOutput::status(const StatusReport& report) {
    out_ << to_text(status_document(report));
}

void JsonOutput::sites(const SitesReport& report) {
    out_ << to_text(sites_document(report));
}

void JsonOutput::trace(const TraceReport& report) {
    out_ << to_text(trace_document(report));
}

void JsonOutput::sockets(const SocketsReport& report) {
    write_sockets(out_, report);
}

void JsonOutput::config(const Status& status) {
    out_ << to_text(config_document(status));
}

void JsonOutput::reset() {
    out_ << to_text(Json{{"schema_version", json_schema_version}, {"reset", true}});
}

void JsonOutput::everything(const StatusReport& report, const SiteSelection& selection) {
    out_ << to_text(export_document(report, selection));
}

} // namespace ghostmem::output
