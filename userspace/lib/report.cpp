#include "lib/report.h"

#include "lib/error.h"
#include "lib/estimate.h"

namespace ghostmem {

namespace {

// A tracker that has turned itself off may refuse to dump; its status still counts.
void gather_sites(KernelSource& kernel, StatusReport& report) {
    try {
        ListOptions everything;
        everything.classes = ClassSet(all_classes().begin(), all_classes().end());
        auto views = make_views(kernel.sites({}), report.status->page_size);
        report.sites = select_sites(std::move(views), everything).sites;
        report.sites_known = true;
        // The module cannot weigh its samples.
        if (report.status->level) {
            report.status->live_pages = 0;
            for (const SiteView& view : report.sites)
                report.status->live_pages += view.site.live_pages;
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::disabled || !report.status->disabled_reason)
            throw;
    }
}

} // namespace

std::optional<uint64_t> StatusReport::ghost_sites_bytes() const {
    if (!sites_known)
        return std::nullopt;
    uint64_t bytes = 0;
    for (const SiteView& view : sites) {
        if (view.cls == SiteClass::direct)
            bytes += view.live_bytes;
    }
    return bytes;
}

std::optional<uint64_t> StatusReport::ghost_sites_margin_bytes() const {
    std::optional<Uncertainty> sum;
    for (const SiteView& view : sites) {
        if (view.cls == SiteClass::direct && view.site.live_error)
            sum = sum.value_or(Uncertainty{}) + *view.site.live_error;
    }
    return status ? Sampling(*status).margin(sum) : std::nullopt;
}

uint64_t StatusReport::unattributed_bytes() const {
    const uint64_t known = ghost_sites_bytes().value_or(0);
    return ledger.ghost > known ? ledger.ghost - known : 0;
}

StatusReport gather_status(KernelSource& kernel, const std::filesystem::path& root) {
    StatusReport report;
    try {
        report.status = kernel.status();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::no_module)
            throw;
    }
    // Switched off, it has no sites: not the same as having seen none.
    if (report.status && report.status->mode != Mode::off)
        gather_sites(kernel, report);
    report.ledger = make_ledger(Meminfo::read(root));
    report.load_policy = LoadPolicy::read(root);
    report.verdict = judge({report.ledger, report.status, report.sites, report.load_policy});
    return report;
}

} // namespace ghostmem
