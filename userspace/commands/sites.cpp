#include "commands/sites.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>
#include <set>

#include <unistd.h>

#include "lib/attribution/site_notes.h"
#include "lib/base/exit_code.h"
#include "lib/findings/growth.h"
#include "lib/findings/trace_window.h"
#include "lib/host/meminfo.h"
#include "output/json/sites.h"
#include "output/text/sites.h"

namespace ghostmem::commands {

namespace {

using std::chrono::milliseconds;

struct Dump {
    std::vector<SiteView> views;
    Sampling sampling;
    std::optional<std::chrono::milliseconds> interval;
    bool interrupted = false;
};

Dump dump_once(ModuleSource& kernel) {
    const Status status = kernel.status();
    require_recording(status);
    return {make_views(kernel.sites({}), status.page_size), Sampling(status), std::nullopt};
}

// Returns false if the wait was interrupted.
bool wait_for(Clock& clock, milliseconds interval, output::ProgressBar* bar) {
    constexpr milliseconds step{1000};
    const milliseconds begin = clock.now();
    bool going_on = true;
    for (milliseconds done{0}; going_on && done < interval; done = clock.now() - begin) {
        if (bar != nullptr)
            bar->show({TraceProgress::Phase::measuring, done, interval});
        going_on = clock.sleep(std::min(step, interval - done));
    }
    if (bar != nullptr)
        bar->clear();
    return going_on;
}

Dump dump_twice(ModuleSource& kernel, Clock& clock, milliseconds interval,
                output::ProgressBar* bar) {
    const Status before = kernel.status();
    require_recording(before);
    const std::vector<Site> earlier = kernel.sites({});
    const auto begin = clock.now();
    const bool whole = wait_for(clock, interval, bar);
    const auto later = kernel.sites({});
    const auto passed = std::max(clock.now() - begin, milliseconds{1});
    if (kernel.status().generation != before.generation)
        throw Error(ErrorKind::inconsistent,
                    "the tracker was reset between two dumps, no rate can be told; try again");
    Dump dump{make_views(later, before.page_size), Sampling(before), passed, !whole};
    measure_rates(dump.views, earlier, before.page_size, passed);
    return dump;
}

/// Where /proc is not mounted, no size is an unusual part of memory.
uint64_t total_memory(const std::filesystem::path& root) {
    try {
        return Meminfo::read(root).get("MemTotal");
    } catch (const Error&) {
        return std::numeric_limits<uint64_t>::max();
    }
}

SitesReport skb_sites(const Context& context, const SitesArguments& arguments) {
    const Status status = context.kernel.status();
    if (!status.skb)
        throw Error(ErrorKind::not_recording,
                    "sk_buffs are not watched; turn it on: leakctl config skb=on");
    if (status.skb->disabled_reason)
        throw Error(ErrorKind::disabled, "the watching of sk_buffs has turned itself off (" +
                                             *status.skb->disabled_reason +
                                             "); report it, then: leakctl config skb=on");
    SitesReport report;
    ListOptions list = arguments.list;
    list.by = GroupBy::stack;
    std::vector<SiteView> views = make_views(context.kernel.skb_sites(), status.page_size);
    report.notes = site_notes(views, list);
    report.selection = select_sites(std::move(views), list);
    report.sort = arguments.list.sort;
    report.stacks = arguments.layout.stacks;
    report.skbs = true;
    return report;
}

// Prints what --module takes, a name a line.
int list_modules(const Context& context, const ListOptions& list) {
    std::set<std::string> names{std::string(kernel_itself)};
    for (const SiteView& view : select_sites(dump_once(context.kernel).views, list).sites) {
        if (!view.module.empty())
            names.insert(view.module);
    }
    for (const std::string& name : names)
        context.out << name << '\n';
    return EXIT_CODE_DONE;
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<SitesArguments>();
    add_output(app, shared);
    add_sort(app, shared, site_sort_keys);
    add_top(app, shared);
    add_site_filters(app, shared, arguments->list);
    add_layout(app, shared, arguments->layout);
    auto names_only = std::make_shared<bool>(false);
    app.add_flag("--list-modules", *names_only)->group(""); // for the completion of --module
    CLI::Option* interval = add_parsed(
        app, "--interval", "DURATION", "How long to measure for --sort rate (default 1s)",
        [arguments](const std::string& name, const std::string& text) {
            arguments->interval = duration_of(name, text);
            if (arguments->interval.count() == 0)
                usage(name, "has to be longer than 0");
        });
    shared.values[interval].words = {"1s", "10s", "1m"};
    // Ctrl-C during the wait must still print the rates of what has passed.
    app.callback([&shared] { shared.interruptible = shared.sort == name_of(SortKey::rate); });
    return [arguments, names_only, &app, &shared](const Context& context) -> int {
        complete_site_query(shared, app, arguments->list);
        if (*names_only)
            return list_modules(context, arguments->list);
        if (app.count("--interval") != 0 && arguments->list.sort != SortKey::rate)
            usage("--interval", "has an effect only with --sort rate");
        refuse_stacks_in_json(shared, app);
        check_layout(arguments->layout);
        arguments->list.by = arguments->layout.group();
        output::ProgressBar bar(std::cerr, context.progress);
        context.print(sites(context, *arguments, &bar), output::text::sites, output::json::sites);
        return EXIT_CODE_DONE;
    };
}

} // namespace

SitesReport sites(const Context& context, const SitesArguments& arguments,
                  output::ProgressBar* bar) {
    if (arguments.list.classes == ClassSet{SiteClass::skb})
        return skb_sites(context, arguments);
    const bool rates = arguments.list.sort == SortKey::rate;
    Dump dump = rates ? dump_twice(context.kernel, context.clock, arguments.interval, bar)
                      : dump_once(context.kernel);
    SitesReport report;
    ListOptions list = arguments.list;
    list.also = [thresholds = Thresholds::choose({}, context.root),
                 total = total_memory(context.root)](const SiteView& view) {
        return is_conspicuous(view, thresholds, total);
    };
    report.notes = site_notes(dump.views, list);
    report.selection = select_sites(std::move(dump.views), list);
    report.sort = list.sort;
    report.stacks = arguments.layout.stacks;
    report.by = list.by;
    report.interval = dump.interval;
    report.interrupted = dump.interrupted;
    report.sampling = dump.sampling;
    return report;
}

static constexpr const char* manual = R"(Who holds memory: one line for each
.I function
of a module, the largest first.
The function is the innermost one that is neither the allocator's nor a wrapper of it; with
.B \-\-by stack
each of its stacks and allocation sizes has a line, which is a
.IR site .
Listed are ghosts, and beside them what grows, or is a large part of memory, and cannot be reclaimed.
Ctrl-C ends the wait of
.B \-\-sort rate
and lists the rates of what has passed by then.
)";

extern const Command sites_command{"sites", "Who holds memory, by function and module", manual,
                                   set_up};

} // namespace ghostmem::commands
