#include "commands/devices.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/findings/account_reports.h"
#include "output/json/accounts.h"
#include "output/text/devices.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<DevicesArguments>();
    add_output(app, shared);
    add_top(app, shared);
    app.add_flag("--all", arguments->all, "Also devices that hold and have left nothing");
    app.add_flag("--stacks", arguments->stacks, "Print whole stacks");
    return [arguments, &shared](const Context& context) {
        arguments->top = shared.top;
        return devices(context, *arguments);
    };
}

} // namespace

int devices(const Context& context, const DevicesArguments& arguments) {
    DevicesReport report = gather_devices(context.kernel, arguments.all, arguments.top);
    report.stacks = arguments.stacks;
    context.print(report, output::text::devices, output::json::devices);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(What each device of the PCI and the platform bus holds now
.RB ( HOLDS ),
and apart from it what is still there of what it took before it was unbound or unplugged
.RB ( LEFT ),
how often that was
.RB ( TIMES ),
and where it was taken.
The one that has left most comes first.
What is the same after every unbind is a cache of the driver's; what grows from one to the next is a
leak.
It is counted two seconds after the unbind, so that what is freed late is not in it.
.IP
A device has what the module of its driver takes while no other device has a driver of that module.
Where several have, it has what was taken in its own probe, less what was freed at its unbind, and
the others' doings at these times are in it; it is marked.
Of drivers that are built into the kernel nothing is known.
)";

extern const Command devices_command{"devices", "What devices hold, and what they left behind",
                                     manual, set_up};

} // namespace ghostmem::commands
