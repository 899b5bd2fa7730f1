#include "commands/gather.h"

#include "commands/options.h"
#include "lib/host/proc_tasks.h"

namespace ghostmem::commands {

uint64_t present_time() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(since_1970).count());
}

void add_watch_interval(CLI::App& app, Shared& shared, std::chrono::milliseconds& interval) {
    CLI::Option* option =
        add_parsed(app, "--interval", "DURATION", "How long to watch tasks (default: 2s)",
                   [&interval](const std::string& name, const std::string& text) {
                       interval = duration_of(name, text);
                       if (interval.count() == 0)
                           usage(name, "it must be longer than 0");
                   });
    shared.values[option].words = {"2s", "10s", "1m"};
}

Snapshot gather_snapshot(const Context& context, const SnapshotOptions& options) {
    ProcTasks tasks(context.root);
    SystemRunClock run_clock(context.root);
    return ghostmem::gather_snapshot(
        {context.kernel, context.diag, tasks, context.clock, run_clock, context.root}, options);
}

} // namespace ghostmem::commands
