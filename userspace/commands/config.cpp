#include "commands/config.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "output/json/config.h"
#include "output/text/config.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto settings = std::make_shared<std::vector<std::string>>();
    add_output(app, shared);
    CLI::Option* option =
        app.add_option("SETTING", *settings,
                       "mode=sampled, exact or off (a change forgets all records), "
                       "interval=512K, budget=1%, skb=on or off")
            ->type_name("KEY=VALUE");
    shared.values[option].words = {"mode=sampled",  "mode=exact",  "mode=off",    "interval=64K",
                                   "interval=512K", "interval=4M", "budget=0.1%", "budget=1%",
                                   "budget=off",    "skb=on",      "skb=off"};
    return [settings](const Context& context) {
        const ConfigParse parse = parse_settings(*settings);
        if (!parse.problem.empty())
            usage("SETTING", parse.problem);
        return config(context, parse.change);
    };
}

} // namespace

int config(const Context& context, const ConfigChange& change) {
    ConfigReport report;
    const Status before = context.kernel.status();
    if (!change.empty())
        context.kernel.configure(change);
    report.status = context.kernel.status();
    if (before.mode != Mode::off && before.generation != report.status.generation)
        report.forgotten_sites = before.sites;
    context.print(report, output::text::config, output::json::config);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual = R"(Prints the module's settings, one
.IR KEY = VALUE
a line, after changing those that are given, and what tracking costs now:
.RS
.TP
.BR mode= exact
Every allocation is recorded, with its whole stack, and every figure is exact.
.TP
.BR mode= sampled
A few are, at random, which costs next to nothing.
Figures are estimates, and stand beside how far they may be off either way in 95 of 100 cases
.RB ( ± ).
.TP
.BR mode= off
Every hook is detached; the module stays loaded and costs nothing.
.TP
.BI interval= SIZE
How many bytes are allocated, on average, from one sample to the next: a power of two from 8K to 4G.
.TP
.BI budget= SHARE
What tracking may cost while it samples, of the time of all CPUs:
.BR 1% ,
.BR 0.1% ,
or
.B off
for no limit.
Where it costs more, samples are taken more seldom than the interval says, as long as that lasts.
.TP
.BR skb= on
Watch the lifetimes of sk_buffs, all of them, whatever the mode is, so that
.B leakctl sites \-\-class skb
tells which are alive: a driver that forgets one is found as one that forgets a page is.
It takes 0.4\ % of memory, up to 64\ MiB, and some hundred instructions for each sk_buff.
.TP
.BR skb= off
Not to (the default), which costs nothing.
.RE
.IP
Another mode than the present one forgets all records of pages, and says so; all else keeps them.
)";

extern const Command config_command{"config", "Show or change how the tracker works", manual,
                                    set_up};

} // namespace ghostmem::commands
