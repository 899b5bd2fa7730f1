#include "lib/findings/cycles.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "lib/attribution/site_query.h"

namespace ghostmem {

namespace {

constexpr size_t fewest_cycles = 3;
constexpr size_t fewest_that_leave = 2;

bool is_known(const AccountEvent& receipt) {
    return receipt.kind == EventKind::receipt &&
           (receipt.flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN) == 0;
}

bool larger(const AccountFinding& a, const AccountFinding& b) {
    return std::tuple(b.left.bytes, b.held.bytes, a.account.identity.bus, a.account.identity.name) <
           std::tuple(a.left.bytes, a.held.bytes, b.account.identity.bus, b.account.identity.name);
}

} // namespace

Remains remains_of(const std::vector<Site>& sites, uint32_t page_size) {
    ListOptions options;
    options.classes = driver_classes();
    SiteSelection selection = select_sites(make_views(sites, page_size), options);
    return {selection.matched_bytes, selection.matched_pages, selection.error,
            std::move(selection.sites)};
}

std::string_view name_of(CycleTrend trend) {
    switch (trend) {
    case CycleTrend::clean:
        return "clean";
    case CycleTrend::cache:
        return "cache";
    case CycleTrend::grows:
        return "grows";
    case CycleTrend::unknown:
        break;
    }
    return "unknown";
}

CycleFinding judge_cycles(const std::vector<Cycle>& cycles, uint64_t left_bytes) {
    if (left_bytes == 0)
        return {};
    const size_t later = cycles.size() < fewest_cycles
                             ? cycles.size()
                             : std::max(cycles.size() / 2, fewest_that_leave);
    uint64_t sum = 0;
    size_t leaving = 0;
    CycleFinding found;
    for (auto cycle = cycles.end() - static_cast<ptrdiff_t>(later); cycle != cycles.end();
         ++cycle) {
        sum += cycle->left_bytes;
        leaving += cycle->left_bytes != 0 ? 1 : 0;
        found.shared = found.shared || (cycle->flags & GHOSTMEM_ACCOUNT_F_SHARED) != 0;
    }
    found.trend = CycleTrend::unknown;
    if (cycles.size() < fewest_cycles)
        return found;
    if (leaving >= fewest_that_leave) {
        found.trend = CycleTrend::grows;
        found.bytes_per_cycle = sum / later;
    } else if (leaving == 0) {
        found.trend = CycleTrend::cache;
    }
    return found;
}

std::vector<AccountFinding> find_cycles(const AccountDump& dump, const EventDump& events,
                                        uint32_t page_size) {
    std::map<uint32_t, std::vector<Cycle>> cycles;
    for (const AccountEvent& event : events.events) {
        if (is_known(event))
            cycles[event.account].push_back(
                {event.seq, event.age_ms, event.flags, remains_of(event.left, page_size).bytes});
    }
    std::vector<AccountFinding> findings;
    for (const Account& account : dump.accounts) {
        AccountFinding found;
        found.account = account;
        found.held = remains_of(account.held, page_size);
        found.left = remains_of(account.left, page_size);
        found.cycles = std::move(cycles[account.id]);
        found.finding = judge_cycles(found.cycles, found.left.bytes);
        findings.push_back(std::move(found));
    }
    std::ranges::sort(findings, larger);
    return findings;
}

} // namespace ghostmem
