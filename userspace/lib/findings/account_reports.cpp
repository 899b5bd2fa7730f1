#include "lib/findings/account_reports.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "lib/attribution/site_query.h"
#include "lib/findings/trace_window.h"

namespace ghostmem {

namespace {

bool is_shown(const AccountFinding& device) {
    return device.held.bytes != 0 || device.left.bytes != 0 ||
           device.account.state == AccountState::removed || device.is(GHOSTMEM_ACCOUNT_F_SETTLING);
}

template <typename Row> void keep_top(std::vector<Row>& rows, std::optional<size_t> top) {
    if (top && rows.size() > *top)
        rows.erase(rows.begin() + static_cast<ptrdiff_t>(*top), rows.end());
}

void add(ModuleFinding& module, SiteView view) {
    module.live_bytes += view.live_bytes;
    module.live_pages += view.site.live_pages;
    if (const auto& error = view.site.live_error)
        module.error = module.error.value_or(Uncertainty{}) + *error;
    if (view.module_state == CodeState::live)
        module.state = CodeState::live;
    module.sites.push_back(std::move(view));
}

} // namespace

DevicesReport gather_devices(ModuleSource& kernel, bool all, std::optional<size_t> top) {
    const Status status = kernel.status();
    require_recording(status);
    DevicesReport report;
    report.sampling = Sampling(status);
    const AccountDump dump = kernel.devices();
    report.devices = find_cycles(dump, kernel.events(0), status.page_size);
    report.unaccounted = dump.unaccounted;
    report.all = report.devices.size();
    if (!all)
        std::erase_if(report.devices, [](const AccountFinding& one) { return !is_shown(one); });
    report.matched = report.devices.size();
    keep_top(report.devices, top);
    return report;
}

ModulesReport gather_modules(ModuleSource& kernel, std::optional<size_t> top) {
    const Status status = kernel.status();
    require_recording(status);
    std::map<std::string, ModuleFinding> modules;
    ListOptions options;
    options.classes = driver_classes();
    for (SiteView& view :
         select_sites(make_views(kernel.sites({}), status.page_size), options).sites) {
        if (view.module.empty())
            continue;
        ModuleFinding& module = modules[view.module];
        if (module.sites.empty())
            module.state = CodeState::unloaded;
        module.name = view.module;
        add(module, std::move(view));
    }
    const AccountDump dump = kernel.modules();
    for (AccountFinding& left : find_cycles(dump, kernel.events(0), status.page_size)) {
        ModuleFinding& module = modules[left.account.identity.name];
        if (module.sites.empty())
            module.state = CodeState::unloaded;
        module.name = left.account.identity.name;
        module.left = std::move(left);
    }
    ModulesReport report;
    report.sampling = Sampling(status);
    report.unaccounted = dump.unaccounted;
    for (auto& [name, module] : modules)
        report.modules.push_back(std::move(module));
    std::ranges::stable_sort(report.modules, std::ranges::greater{}, &ModuleFinding::live_bytes);
    report.matched = report.modules.size();
    keep_top(report.modules, top);
    return report;
}

EventsReport gather_events(ModuleSource& kernel, uint64_t since) {
    EventsReport report;
    report.sampling = Sampling(kernel.status());
    report.dump = kernel.events(since);
    report.now = std::chrono::system_clock::now();
    return report;
}

} // namespace ghostmem
