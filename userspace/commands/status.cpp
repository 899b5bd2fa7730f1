#include "commands/status.h"

#include <memory>
#include <system_error>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/model/no_module.h"
#include "output/json/status.h"
#include "output/text/status.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto thresholds = std::make_shared<std::optional<std::filesystem::path>>();
    add_output(app, shared);
    add_thresholds(app, shared, *thresholds);
    auto root = std::make_shared<std::string>();
    CLI::Option* recorded = add_parsed(
        app, "--root", "DIR", "Judge recorded files: DIR/proc/meminfo, DIR/proc/zoneinfo ...",
        [root](const std::string& name, const std::string& text) {
            std::error_code error;
            if (!std::filesystem::is_directory(text, error))
                usage(name, "'" + text + "' is no directory");
            *root = text;
        });
    shared.values[recorded].kind = Values::Kind::files;
    return [thresholds, root](const Context& context) {
        if (!root->empty())
            return recorded_status(context, *root, *thresholds);
        return status(context, *thresholds);
    };
}

} // namespace

int status(const Context& context, const std::optional<std::filesystem::path>& thresholds) {
    const StatusReport report =
        gather_status(context.kernel, context.root, Thresholds::choose(thresholds, context.root));
    context.print(report, output::text::status, output::json::status);
    if (report.problem)
        throw report.problem_is_absence() ? module_not_loaded(report.load_policy)
                                          : Error(*report.problem);
    return EXIT_CODE_DONE;
}

int recorded_status(const Context& context, const std::filesystem::path& root,
                    const std::optional<std::filesystem::path>& thresholds) {
    NoModule module;
    StatusReport report = gather_status(module, root, Thresholds::choose(thresholds, context.root),
                                        HostState::recorded);
    context.print(report, output::text::status, output::json::status);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(Where memory is, who has the ghosts, how well the tracker sees, what sockets pin, the three largest
ghosts, and a verdict:
.B ok
(nothing is wrong),
.B warn
(not everything can be attributed, something grows, or sockets that one process leaves unread pin
much) or
.B leak
(an unloaded module holds memory, a device leaves some behind whenever it is unbound, something has
grown large and goes on, or ghosts, or sockets of one cause, are a large part of memory); how much is much says the file of
.BR THRESHOLDS .
Its first line says what tracking costs, and how much memory the module itself uses.
The books are closed from
.IR /proc/meminfo ,
a census of all page frames, and the tracker; what does not add up is shown.
It says of the sockets that pin most whose they are, and what gives their memory back.
Without the module, and for users who may not ask it, it prints what
.I /proc/meminfo
tells, says what is missing, and exits with 3.
With
.B \-\-root
it judges files that were recorded on another host:
.IR DIR /proc/meminfo,
and
.IR DIR /proc/zoneinfo
where it exists.
)";

extern const Command status_command{"status", "Memory, tracking, top ghosts, verdict", manual,
                                    set_up};

} // namespace ghostmem::commands
