#include "commands/trace.h"

#include <iostream>
#include <memory>

#include <unistd.h>

#include "lib/attribution/site_notes.h"
#include "lib/base/exit_code.h"
#include "output/json/trace.h"
#include "output/text/trace.h"

namespace ghostmem::commands {

namespace {

void add_window(CLI::App& app, Shared& shared, TraceOptions& window) {
    CLI::Option* option = add_parsed(app, "--for", "DURATION",
                                     "How long to record, in whole seconds (Ctrl-C: till now)",
                                     [&](const std::string& name, const std::string& text) {
                                         window.window = seconds_of(name, text);
                                         if (window.window.count() == 0)
                                             usage(name, "has to be longer than 0");
                                         // Ctrl-C during the wait must still print what has been
                                         // recorded so far.
                                         shared.interruptible = true;
                                     });
    option->required();
    shared.values[option].words = {"1m", "10m", "1h"};
    option = add_parsed(app, "--settle", "DURATION", "Then wait this long for frees (default 30s)",
                        [&](const std::string& name, const std::string& text) {
                            window.settle = seconds_of(name, text);
                        });
    shared.values[option].words = {"0s", "30s", "2m"};
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<TraceArguments>();
    arguments->window.settle = std::chrono::seconds{30};
    add_output(app, shared);
    // No rate or growth here: they cover all that a site holds, not only the window.
    add_sort(app, shared, "bytes|pages|age");
    add_top(app, shared);
    add_site_filters(app, shared, arguments->list);
    add_layout(app, shared, arguments->layout);
    add_window(app, shared, arguments->window);
    return [arguments, &app, &shared](const Context& context) {
        complete_site_query(shared, app, arguments->list);
        check_layout(arguments->layout);
        arguments->list.by = arguments->layout.group();
        const SortKey sort = arguments->list.sort;
        if (sort == SortKey::rate || sort == SortKey::growth)
            usage("--sort", std::string(name_of(sort)) + " does not apply to trace");
        refuse_stacks_in_json(shared, app);
        output::ProgressBar bar(std::cerr, context.progress);
        context.print(trace(context, *arguments, bar), output::text::trace, output::json::trace);
        return EXIT_CODE_DONE;
    };
}

} // namespace

TraceReport trace(const Context& context, const TraceArguments& arguments,
                  output::ProgressBar& bar) {
    TraceOutcome outcome = run_trace(context.kernel, context.clock, arguments.window,
                                     [&](const TraceProgress& progress) { bar.show(progress); });
    bar.clear();

    TraceReport report;
    std::vector<SiteView> views = make_views(std::move(outcome.sites), outcome.status.page_size);
    report.list.notes = site_notes(views, arguments.list);
    report.list.selection = select_sites(std::move(views), arguments.list);
    report.list.sort = arguments.list.sort;
    report.list.stacks = arguments.layout.stacks;
    report.list.by = arguments.list.by;
    report.list.sampling = Sampling(outcome.status);
    report.since_s = outcome.since_s;
    report.until_s = outcome.until_s;
    report.settled = outcome.settled;
    report.interrupted = outcome.interrupted;
    return report;
}

static constexpr const char* manual = R"(Waits for the time given with
.BR \-\-for ,
then for the time given with
.B \-\-settle
so that what is short-lived can be freed, and lists what was allocated in the first span
and is still held after the second, with the age of the oldest of that.
Ctrl-C ends the wait and lists what there is by then.
)";

extern const Command trace_command{"trace", "What is allocated from now on and stays", manual,
                                   set_up};

} // namespace ghostmem::commands
