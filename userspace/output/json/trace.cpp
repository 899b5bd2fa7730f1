#include "output/json/trace.h"

#include "output/json/site.h"

namespace ghostmem::output::json {

void trace(std::ostream& out, const TraceReport& report) {
    Json json = document();
    json["trace"] = Json{{"since_s", report.since_s},
                         {"until_s", report.until_s},
                         {"duration_s", report.until_s - report.since_s},
                         {"settled_s", report.settled.count()},
                         {"interrupted", report.interrupted}};
    add_listing(json, report.list);
    out << to_text(json);
}

} // namespace ghostmem::output::json
