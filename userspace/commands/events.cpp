#include "commands/events.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/findings/account_reports.h"
#include "output/json/accounts.h"
#include "output/text/events.h"

namespace ghostmem::commands {

namespace {

constexpr std::chrono::milliseconds period{1000};

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<EventsArguments>();
    add_output(app, shared);
    app.add_flag_callback(
        "--follow",
        [arguments, &shared] {
            arguments->follow = true;
            shared.interruptible = true;
        },
        "Go on and print events as they happen (Ctrl-C: end)");
    return [arguments](const Context& context) { return events(context, *arguments); };
}

int follow(const Context& context) {
    uint64_t last = 0;
    do {
        const EventsReport report = gather_events(context.kernel, last);
        context.print(report, output::text::events, output::json::event_lines);
        context.out.flush();
        if (!report.dump.events.empty())
            last = report.dump.events.back().seq;
    } while (context.out && context.clock.sleep(period));
    return EXIT_CODE_DONE;
}

} // namespace

int events(const Context& context, const EventsArguments& arguments) {
    if (arguments.follow)
        return follow(context);
    const EventsReport report = gather_events(context.kernel, 0);
    context.print(report, output::text::events, output::json::events);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(Devices that were bound to a driver, unbound or removed, modules that were unloaded, and of each
of those that have gone a receipt: what it left, two seconds later.
The module keeps the last 512 of them.
.B \-\-follow
prints those, and then the further ones within a second; with
.B \-\-json
as one object on each line.
)";

extern const Command events_command{"events", "Devices and modules that come and go", manual,
                                    set_up};

} // namespace ghostmem::commands
