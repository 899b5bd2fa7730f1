#include "commands/export.h"

#include <sstream>

#include "lib/base/error.h"
#include "lib/base/exit_code.h"
#include "lib/base/replace_file.h"
#include "lib/findings/report.h"
#include "output/folded.h"
#include "output/json/output.h"
#include "output/prometheus.h"

namespace ghostmem::commands {

namespace {

// Each series costs the monitoring system for ever.
constexpr size_t prometheus_sites = 50;

ListOptions list_for(const ExportArguments& arguments) {
    ListOptions list = arguments.list;
    if (arguments.format == ExportFormat::json && !list.classes && !list.module)
        list.classes = ClassSet(all_classes().begin(), all_classes().end());
    if (arguments.format == ExportFormat::prometheus && !list.top)
        list.top = prometheus_sites;
    return list;
}

void render(const StatusReport& report, const ExportArguments& arguments, std::ostream& out) {
    const SiteSelection selection = select_sites(report.sites, list_for(arguments));
    switch (arguments.format) {
    case ExportFormat::json:
        output::JsonOutput(out).everything(report, selection);
        break;
    case ExportFormat::folded:
        output::FoldedOutput(out).sites(selection, Sampling(*report.status));
        break;
    case ExportFormat::prometheus:
        output::PrometheusOutput(out).metrics(report, selection);
        break;
    }
}

} // namespace

int export_all(Context& context, const ExportArguments& arguments, std::ostream& out) {
    const StatusReport report = gather_status(context.kernel, context.root,
                                              Thresholds::choose(context.thresholds, context.root));
    // Of the three formats one can say that the module is not there.
    if (!report.status && arguments.format != ExportFormat::prometheus)
        throw module_not_loaded(report.load_policy);

    std::ostringstream text;
    render(report, arguments, text);
    if (arguments.file)
        replace_file(*arguments.file, text.str());
    else
        out << text.str();
    if (!report.status)
        throw module_not_loaded(report.load_policy);
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
