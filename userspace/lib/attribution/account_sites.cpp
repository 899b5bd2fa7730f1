#include "lib/attribution/account_sites.h"

#include <algorithm>
#include <unordered_map>

#include "lib/attribution/estimate.h"

namespace ghostmem {

namespace {

/// Sites by Site::slot.
class Index {
  public:
    explicit Index(const std::vector<Site>& sites) {
        for (const Site& site : sites)
            by_slot_.emplace(site.slot, &site);
    }

    [[nodiscard]] std::vector<Site> of(const std::vector<Share>& shares,
                                       uint64_t Share::*pages) const {
        std::vector<Site> sites;
        for (const Share& share : shares) {
            const auto at = by_slot_.find(share.site);
            if (share.*pages != 0 && at != by_slot_.end())
                sites.push_back(part_of(*at->second, share.*pages));
        }
        return estimate(std::move(sites));
    }

  private:
    // Counts and ages are of the whole site, and say nothing about the share.
    static Site part_of(const Site& site, uint64_t pages) {
        Site part;
        part.slot = site.slot;
        part.order = site.order;
        part.flags = site.flags;
        part.level = site.level;
        part.frames = site.frames;
        part.live_pages = pages;
        return part;
    }

    std::unordered_map<uint32_t, const Site*> by_slot_;
};

} // namespace

bool has_shares(const AccountDump& dump) {
    return std::ranges::any_of(dump.accounts,
                               [](const Account& account) { return !account.shares.empty(); });
}

bool has_shares(const EventDump& dump) {
    return std::ranges::any_of(dump.events,
                               [](const AccountEvent& event) { return !event.shares.empty(); });
}

void add_sites(AccountDump& dump, const std::vector<Site>& sites) {
    const Index index(sites);
    for (Account& account : dump.accounts) {
        account.held = index.of(account.shares, &Share::held_pages);
        account.left = index.of(account.shares, &Share::left_pages);
    }
}

void add_sites(EventDump& dump, const std::vector<Site>& sites) {
    const Index index(sites);
    for (AccountEvent& event : dump.events)
        event.left = index.of(event.shares, &Share::left_pages);
}

} // namespace ghostmem
