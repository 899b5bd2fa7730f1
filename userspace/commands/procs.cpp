#include "commands/procs.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/host/proc_tasks.h"
#include "output/json/procs.h"
#include "output/text/procs.h"

namespace ghostmem::commands {

namespace {

constexpr const char* sort_keys = "urgency|seconds|count|bytes|pid";

ProcSortKey sort_key_of(const std::string& text) {
    if (const auto key = parse_proc_sort(text))
        return *key;
    usage("--sort", "unknown key '" + text + "'; known: urgency, seconds, count, bytes, pid");
}

Run set_up(CLI::App& app, Shared& shared) {
    auto options = std::make_shared<ProcsOptions>();
    add_output(app, shared);
    add_sort(app, shared, sort_keys);
    add_top(app, shared);
    app.add_flag("--all", options->all, "Also findings that are only possible");
    CLI::Option* option =
        add_parsed(app, "--interval", "DURATION", "How long to watch (default: 2s)",
                   [options](const std::string& name, const std::string& text) {
                       options->interval = duration_of(name, text);
                       if (options->interval.count() == 0)
                           usage(name, "it must be longer than 0");
                   });
    shared.values[option].words = {"2s", "10s", "1m"};
    return [options, &shared](const Context& context) {
        options->top = shared.top;
        if (shared.sort)
            options->sort = sort_key_of(*shared.sort);
        return procs(context, *options);
    };
}

} // namespace

int procs(const Context& context, const ProcsOptions& options) {
    ProcTasks tasks(context.root);
    SystemRunClock run_clock(context.root);
    ProcsReport report = gather_procs({tasks, context.clock, run_clock, context.root}, options);
    report.cost = OwnCost::now();
    context.print(report, output::text::procs, output::json::procs);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(Processes that hold what they should not, or do not do what they seem to do, each with the evidence
and with what helps:
.B stuck
(waits uninterruptibly, and has not been switched away meanwhile),
.B zombies
(a parent that does not wait for its children) and
.BR zombie_threads ,
.B cpu_time
(a thread's utime and stime contradict the scheduler),
.B machine_cpu
.RI ( /proc/stat
contradicts the tasks),
.B descriptors
(near the limit),
.BR descriptor_growth ,
.B deleted_files
(that still take space),
.BR system_files ,
.B namespaces
(that nobody in sight holds) and
.B dying_cgroups
(that were removed, but live on).
All tasks are looked at twice,
.B \-\-interval
apart; nothing is changed.
.IP
Findings that are only possible are shown with
.B \-\-all
alone.
What could not be seen, for want of permission for example, is said at the end, and so is what
looking has cost.
The module is not needed.
)";

extern const Command procs_command{"procs", "Zombies, stuck tasks, false CPU times, handles",
                                   manual, set_up};

} // namespace ghostmem::commands
