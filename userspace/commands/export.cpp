#include "commands/export.h"

#include <memory>
#include <sstream>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/base/replace_file.h"
#include "lib/findings/report.h"
#include "output/folded.h"
#include "output/json/export.h"
#include "output/prometheus.h"

namespace ghostmem::commands {

namespace {

// Limited because the monitoring system stores each series permanently.
constexpr size_t prometheus_sites = 50;

ListOptions list_for(const ExportArguments& arguments) {
    ListOptions list = arguments.list;
    if (arguments.format == ExportFormat::json && !list.classes && !list.module)
        list.classes = ClassSet(all_classes().begin(), all_classes().end());
    if (arguments.format == ExportFormat::prometheus && !list.top)
        list.top = prometheus_sites;
    return list;
}

// Throws the error that `leakctl sites` reports as well if there are no sites to export.
void require_sites(const StatusReport& report) {
    if (report.problem)
        throw report.problem_is_absence() ? module_not_loaded(report.load_policy)
                                          : Error(*report.problem);
    require_recording(*report.status);
}

void render(const StatusReport& report, const ExportArguments& arguments, std::ostream& out) {
    const SiteSelection selection = select_sites(report.sites, list_for(arguments));
    switch (arguments.format) {
    case ExportFormat::json:
        output::json::everything(out, report, selection);
        break;
    case ExportFormat::folded:
        output::FoldedOutput(out).sites(selection, Sampling(*report.status));
        break;
    case ExportFormat::prometheus:
        output::PrometheusOutput(out).metrics(report, selection);
        break;
    }
}

constexpr std::array<std::pair<std::string_view, ExportFormat>, 3> formats{
    {{"json", ExportFormat::json},
     {"folded", ExportFormat::folded},
     {"prometheus", ExportFormat::prometheus}}};

ExportFormat format_of(const std::string& name, const std::string& text) {
    for (const auto& [word, format] : formats) {
        if (text == word)
            return format;
    }
    usage(name, "unknown format '" + text + "'; known: json, folded, prometheus");
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<ExportArguments>();
    add_output(app, shared);
    add_top(app, shared);
    add_site_filters(app, shared, arguments->list);
    add_thresholds(app, shared, arguments->thresholds);
    CLI::Option* format = add_parsed(app, "--format", "json|folded|prometheus", "What to write",
                                     [arguments](const std::string& name, const std::string& text) {
                                         arguments->format = format_of(name, text);
                                     })
                              ->required();
    for (const auto& [word, unused] : formats)
        shared.values[format].words.emplace_back(word);
    CLI::Option* file =
        add_parsed(app, "-o,--output", "FILE", "A file to replace (default: standard output)",
                   [arguments](const std::string&, const std::string& text) {
                       if (text != "-")
                           arguments->file = text;
                   });
    shared.values[file].kind = Values::Kind::files;
    return [arguments, &app, &shared](const Context& context) {
        complete_site_query(shared, app, arguments->list);
        if (shared.json && arguments->format != ExportFormat::json)
            usage("--json", "contradicts --format");
        if (arguments->thresholds && arguments->format != ExportFormat::json)
            usage("--thresholds", "has an effect only with --format json, which has the verdict");
        return export_all(context, *arguments);
    };
}

} // namespace

int export_all(const Context& context, const ExportArguments& arguments) {
    const StatusReport report = gather_status(
        context.kernel, context.root, Thresholds::choose(arguments.thresholds, context.root));
    // Only the Prometheus format can express that nothing is recorded (ghostmem_up 0). That a user
    // may not ask the module says nothing about it.
    const bool unknown = report.problem && !report.problem_is_absence();
    if (arguments.format != ExportFormat::prometheus || unknown)
        require_sites(report);

    std::ostringstream text;
    render(report, arguments, text);
    if (arguments.file)
        replace_file(*arguments.file, text.str());
    else
        context.out << text.str();
    require_sites(report);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(All of it for other programs: one JSON object, folded stacks for flame graphs, or Prometheus'
text format.
With
.B json
the sites of all classes, else ghosts, unless
.B \-\-class
or
.B \-\-module
chooses.
)";

extern const Command export_command{"export", "Status and sites for other programs", manual,
                                    set_up};

} // namespace ghostmem::commands
