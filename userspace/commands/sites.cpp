#include "commands/sites.h"

#include <algorithm>

#include "lib/base/error.h"
#include "lib/base/exit_code.h"
#include "lib/findings/report.h"
#include "lib/findings/trace_window.h"

namespace ghostmem::commands {

namespace {

struct Dump {
    std::vector<SiteView> views;
    Sampling sampling;
    std::optional<std::chrono::milliseconds> interval;
};

Dump dump_once(KernelSource& kernel) {
    const Status status = kernel.status();
    require_recording(status);
    return {make_views(kernel.sites({}), status.page_size), Sampling(status), std::nullopt};
}

Dump dump_twice(KernelSource& kernel, Clock& clock, std::chrono::milliseconds interval) {
    const Status before = kernel.status();
    require_recording(before);
    const std::vector<Site> earlier = kernel.sites({});
    const auto begin = clock.now();
    clock.sleep(interval);
    const auto later = kernel.sites({});
    const auto passed = std::max(clock.now() - begin, std::chrono::milliseconds{1});
    if (kernel.status().generation != before.generation)
        throw Error(ErrorKind::inconsistent,
                    "the tracker was reset between two dumps, no rate can be told; try again");
    Dump dump{make_views(later, before.page_size), Sampling(before), passed};
    measure_rates(dump.views, earlier, before.page_size, passed);
    return dump;
}

int skb_sites(Context& context, const SitesArguments& arguments) {
    const Status status = context.kernel.status();
    if (!status.skb)
        throw Error(ErrorKind::not_recording,
                    "sk_buffs are not watched; turn it on: leakctl config skb=on");
    if (status.skb->disabled_reason)
        throw Error(ErrorKind::disabled, "the watching of sk_buffs has turned itself off (" +
                                             *status.skb->disabled_reason +
                                             "); report it, then: leakctl config skb=on");
    SitesReport report;
    report.selection =
        select_sites(make_views(context.kernel.skb_sites(), status.page_size), arguments.list);
    report.sort = arguments.list.sort;
    report.stacks = arguments.stacks;
    report.skbs = true;
    context.out.sites(report);
    return EXIT_CODE_DONE;
}

} // namespace

int sites(Context& context, const SitesArguments& arguments) {
    if (arguments.list.classes == ClassSet{SiteClass::skb})
        return skb_sites(context, arguments);
    const bool rates = arguments.list.sort == SortKey::rate;
    Dump dump = rates ? dump_twice(context.kernel, context.clock, arguments.interval)
                      : dump_once(context.kernel);
    SitesReport report;
    report.selection = select_sites(std::move(dump.views), arguments.list);
    report.sort = arguments.list.sort;
    report.stacks = arguments.stacks;
    report.interval = dump.interval;
    report.sampling = dump.sampling;
    context.out.sites(report);
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
