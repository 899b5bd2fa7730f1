// What the lives of a device or a module have left, one after the other: a leak or a cache.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/attribution/site_view.h"
#include "lib/model/account.h"

namespace ghostmem {

/// What sites hold that a driver itself can leak (driver_classes()).
struct Remains {
    uint64_t bytes = 0;
    uint64_t pages = 0;
    std::optional<Uncertainty> error; ///< nullopt: exact
    std::vector<SiteView> sites;      ///< by bytes
};

Remains remains_of(const std::vector<Site>& sites, uint32_t page_size);

/// One receipt.
struct Cycle {
    uint64_t seq = 0;
    uint64_t age_ms = 0;
    uint32_t flags = 0; ///< GHOSTMEM_ACCOUNT_F_*
    uint64_t left_bytes = 0;
};

enum class CycleTrend {
    unknown, ///< something is left, but of too few lives to tell why
    clean,   ///< nothing is left
    cache,   ///< something is left, but no more of later lives
    grows,   ///< later lives go on leaving something
};

/// Returns a stable word, the one that JSON uses.
std::string_view name_of(CycleTrend trend);

struct CycleFinding {
    CycleTrend trend = CycleTrend::clean;
    /// The mean that each of the later lives has left; 0 unless it grows.
    uint64_t bytes_per_cycle = 0;
    /// Whether other devices of the same driver may have a part in the cycles that it is judged by.
    bool shared = false;
};

/// Judges by the later half of the cycles: the first fill caches that are kept. At least three
/// cycles are needed, and two of the later ones that have left something are growth. left_bytes:
/// what all of them have left, and is still allocated.
CycleFinding judge_cycles(const std::vector<Cycle>& cycles, uint64_t left_bytes);

/// A device or a module with what its lives have left.
struct AccountFinding {
    Account account;
    Remains held;
    Remains left;
    std::vector<Cycle> cycles; ///< the oldest first; receipts that the module still has
    CycleFinding finding;

    [[nodiscard]] bool is(uint32_t flag) const { return (account.flags & flag) != 0; }
};

/// The largest remains first, then what holds most.
std::vector<AccountFinding> find_cycles(const AccountDump& dump, const EventDump& events,
                                        uint32_t page_size);

} // namespace ghostmem
