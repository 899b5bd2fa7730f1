#include "commands/modules.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/findings/account_reports.h"
#include "output/json/accounts.h"
#include "output/text/modules.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<ModulesArguments>();
    add_output(app, shared);
    add_top(app, shared);
    app.add_flag("--stacks", arguments->stacks, "Print the sites, with whole stacks");
    return [arguments, &shared](const Context& context) {
        arguments->top = shared.top;
        return modules(context, *arguments);
    };
}

} // namespace

int modules(const Context& context, const ModulesArguments& arguments) {
    ModulesReport report = gather_modules(context.kernel, arguments.top);
    report.stacks = arguments.stacks;
    context.print(report, output::text::modules, output::json::modules);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(What each module holds that it can leak itself, loaded or not, the one that holds most first;
and of those that have been unloaded what is left of it
.RB ( LEFT )
and how often they were.
)";

extern const Command modules_command{"modules", "What modules hold, and what they left behind",
                                     manual, set_up};

} // namespace ghostmem::commands
