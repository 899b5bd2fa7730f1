#include "lib/findings/report.h"

#include <algorithm>

#include <unistd.h>

#include "lib/attribution/estimate.h"
#include "lib/base/error.h"
#include "lib/base/saturate.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

// A tracker that has turned itself off may refuse to dump; its status still counts.
void gather_sites(ModuleSource& kernel, StatusReport& report) {
    try {
        ListOptions everything;
        everything.classes = ClassSet(all_classes().begin(), all_classes().end());
        auto views = make_views(kernel.sites({}), report.status->page_size);
        report.sites = select_sites(std::move(views), everything).sites;
        report.sites_known = true;
        // The module cannot weight its samples, so the sum of the estimates replaces its figure.
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

// A failure that concerns only sockets leaves out only the report on sockets.
void gather_sockets(ModuleSource& kernel, const std::filesystem::path& root, StatusReport& report) {
    try {
        report.sockets = summarize_sockets(kernel, root, report.status->page_size);
    } catch (const Error& error) {
        const ErrorKind kind = error.kind();
        if (kind != ErrorKind::unsupported && kind != ErrorKind::refused &&
            kind != ErrorKind::inconsistent && kind != ErrorKind::disabled)
            throw;
        report.why_no_sockets = error.what();
    }
}

void gather_pages(ModuleSource& kernel, StatusReport& report) {
    try {
        PageCensus census = kernel.zones();
        if (census.frames != 0)
            report.pages = std::move(census);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::unsupported && error.kind() != ErrorKind::refused)
            throw;
    }
}

// Makes the ledger. The census is taken just before: the less time between the sources, the better
// they agree.
void close_books(StatusReport& report, const std::filesystem::path& root) {
    const Meminfo meminfo = Meminfo::read(root);
    report.available_bytes = meminfo.find("MemAvailable");
    report.unknown_lines = meminfo.unknown();
    report.odd_lines = meminfo.odd();
    const PageCensus* census = report.pages ? &*report.pages : nullptr;
    const uint32_t page_size =
        report.status ? report.status->page_size : static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
    report.ledger = make_ledger({.meminfo = meminfo,
                                 .zoneinfo = Zoneinfo::read(root),
                                 .census = census,
                                 .page_size = page_size});
    const SpecialMappings mappings = SpecialMappings::read(root);
    report.holders = find_holders({.root = root,
                                   .meminfo = meminfo,
                                   .page_size = page_size,
                                   .census = census,
                                   .sockets = report.sockets ? &*report.sockets : nullptr,
                                   .sites = report.sites,
                                   .mappings = mappings});
}

} // namespace

std::string_view StatusReport::without_module() const {
    if (host == HostState::recorded)
        return "recorded files";
    switch (problem ? problem->kind() : ErrorKind::no_module) {
    case ErrorKind::not_permitted:
        return "module loaded, but only root may ask it";
    case ErrorKind::loading:
        return "module is being loaded or unloaded";
    case ErrorKind::unreachable:
        return "module loaded, but not reachable from this network namespace";
    default:
        return "module not loaded";
    }
}

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

std::optional<uint64_t> StatusReport::ghost_sockets_bytes() const {
    if (!sockets || !status)
        return std::nullopt;
    return sockets->dump.census.held.pinned_bytes(status->page_size);
}

std::optional<uint64_t> StatusReport::sockets_in_sites_bytes() const {
    if (!ghost_sockets_bytes() || !ghost_sites_bytes())
        return std::nullopt;
    const uint64_t pages = recorded_pages(*sockets->dump.census.held.pinned, status->level);
    return std::min(pages_to_bytes(pages, status->page_size), *ghost_sites_bytes());
}

std::optional<uint64_t> StatusReport::known_bytes() const {
    const auto in_sockets = ghost_sockets_bytes();
    const auto in_sites = ghost_sites_bytes();
    const uint64_t in_holders = ghost_holders_bytes();
    if (!in_sockets && !in_sites && in_holders == 0)
        return std::nullopt;
    // The sum of estimates may be larger than what there is.
    return std::min(ledger.ghost, in_sockets.value_or(0) + in_sites.value_or(0) -
                                      sockets_in_sites_bytes().value_or(0) + in_holders);
}

uint64_t StatusReport::unattributed_bytes() const {
    return excess(ledger.ghost, known_bytes().value_or(0));
}

std::optional<uint64_t> StatusReport::lost_bytes() const {
    if (!sites_known || !status)
        return std::nullopt;
    uint64_t pages = 0;
    uint64_t blocks = 0;
    for (const SiteView& view : sites) {
        pages = add(pages, view.site.alloc_pages);
        blocks = add(blocks, view.site.allocs);
    }
    const uint64_t mean = blocks == 0 ? 1 : std::max<uint64_t>(pages / blocks, 1);
    return std::min(unattributed_bytes(),
                    multiply(pages_without_record(status->lost, mean), status->page_size));
}

std::optional<uint64_t> StatusReport::unnamed_bytes() const {
    if (!sites_known)
        return std::nullopt;
    uint64_t bytes = 0;
    for (const SiteView& view : sites) {
        if (view.cls == SiteClass::other || view.cls == SiteClass::debug)
            bytes = add(bytes, view.live_bytes);
    }
    return std::min(bytes, unattributed_bytes());
}

std::optional<uint64_t> StatusReport::before_load_bytes() const {
    const auto lost = lost_bytes();
    const auto unnamed = unnamed_bytes();
    if (!lost || !unnamed)
        return std::nullopt;
    return excess(unattributed_bytes(), add(*lost, *unnamed));
}

bool can_do_without_module(ErrorKind kind) {
    return kind == ErrorKind::no_module || kind == ErrorKind::loading ||
           kind == ErrorKind::unreachable || kind == ErrorKind::not_permitted;
}

StatusReport gather_status(ModuleSource& kernel, const std::filesystem::path& root,
                           const Thresholds& thresholds, HostState host) {
    StatusReport report;
    report.host = host;
    try {
        report.status = kernel.status();
    } catch (const Error& error) {
        if (!can_do_without_module(error.kind()))
            throw;
        report.problem = error;
    }
    // While the tracker is off it has no sites, which differs from having seen none.
    if (report.status && report.status->mode != Mode::off)
        gather_sites(kernel, report);
    if (report.status)
        gather_sockets(kernel, root, report);
    if (report.status)
        gather_pages(kernel, report);
    close_books(report, root);
    report.load_policy = LoadPolicy::read(root);
    report.thresholds = thresholds;
    report.verdict =
        judge({.ledger = report.ledger,
               .status = report.status,
               .sites = report.sites,
               .load_policy = report.load_policy,
               .sockets = report.sockets ? &*report.sockets : nullptr,
               .thresholds = thresholds,
               .on_purpose_bytes = held_on_purpose(report.holders),
               .before_load_bytes = report.before_load_bytes(),
               .sites_margin_bytes = report.ghost_sites_margin_bytes().value_or(0),
               .available_bytes = report.available_bytes,
               .recorded = host == HostState::recorded,
               .why_no_module =
                   report.problem && !report.problem_is_absence() ? report.problem->what() : "",
               .odd_lines = report.odd_lines,
               .holders = report.holders});
    return report;
}

} // namespace ghostmem
