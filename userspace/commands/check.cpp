#include "commands/check.h"

#include <memory>

#include "commands/gather.h"
#include "commands/options.h"
#include "lib/snapshot/assess.h"
#include "output/json/check.h"
#include "output/text/check.h"

namespace ghostmem::commands {

namespace {

CheckReport look(const Context& context, const CheckArguments& arguments) {
    try {
        SnapshotOptions options = arguments.options;
        options.thresholds = Thresholds::choose(arguments.thresholds, context.root);
        return assess(
            gather_snapshot(context, options),
            {.thresholds = options.thresholds, .without_module = arguments.without_module});
    } catch (const std::exception& error) {
        return could_not_assess(error.what());
    }
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<CheckArguments>();
    add_output(app, shared);
    app.add_flag("--without-module", arguments->without_module,
                 "Do not expect the module: judge by /proc alone");
    add_watch_interval(app, shared, arguments->options.interval);
    add_thresholds(app, shared, arguments->thresholds);
    return [arguments](const Context& context) {
        arguments->options.taken_s = present_time();
        return check(context, *arguments);
    };
}

} // namespace

int check(const Context& context, const CheckArguments& arguments) {
    const CheckReport report = look(context, arguments);
    context.print(report, output::text::check, output::json::check);
    return static_cast<int>(report.state);
}

static constexpr const char* manual =
    R"(One line for monitoring systems, as plugins of Nagios and Icinga print it, with performance data.
The exit status is that of such plugins, too:
.B 0
all is well,
.B 1
a warning,
.B 2
critical,
.B 3
not known.
It judges by the verdict of
.B leakctl status
(a leak is critical), the findings of
.B leakctl procs
(critical are a task that is certainly stuck for two minutes, and a system near its limit of open
files) and what the kernel's log reports that is not over.
If nothing is wrong but the module is not loaded, or may not be asked, the state is not known;
.B \-\-without\-module
is for hosts that shall not have the module.
)";

extern const Command check_command{"check", "One line and an exit status for monitoring systems",
                                   manual, set_up, static_cast<int>(CheckState::unknown)};

} // namespace ghostmem::commands
