#include "commands/trace.h"

#include "lib/base/exit_code.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

int trace(Context& context, const TraceArguments& arguments, output::ProgressBar& bar) {
    TraceOutcome outcome = run_trace(context.kernel, context.clock, arguments.window,
                                     [&](const TraceProgress& progress) { bar.show(progress); });
    bar.clear();

    TraceReport report;
    report.list.selection = select_sites(
        make_views(std::move(outcome.sites), outcome.status.page_size), arguments.list);
    report.list.sort = arguments.list.sort;
    report.list.stacks = arguments.stacks;
    report.list.sampling = Sampling(outcome.status);
    report.since_s = outcome.since_s;
    report.until_s = outcome.until_s;
    report.settled = outcome.settled;
    report.interrupted = outcome.interrupted;
    context.out.trace(report);
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
