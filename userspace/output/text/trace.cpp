#include "output/text/trace.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/sites.h"

namespace ghostmem::output::text {

void trace(std::ostream& out, const Style& style, const TraceReport& report) {
    out << fmt::format(
        "Allocated within {}{} and still held{}:\n", format_age(report.until_s - report.since_s),
        report.interrupted ? " (interrupted)" : "",
        report.settled.count() == 0
            ? ""
            : fmt::format(" {} later", format_age(static_cast<uint64_t>(report.settled.count()))));
    site_listing(out, style, report.list);
}

} // namespace ghostmem::output::text
