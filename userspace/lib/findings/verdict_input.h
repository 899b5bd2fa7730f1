// What the rules of the verdict look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/attribution/site_view.h"
#include "lib/findings/thresholds.h"
#include "lib/host/load_policy.h"
#include "lib/host/meminfo.h"
#include "lib/ledger/holder.h"
#include "lib/ledger/ledger.h"
#include "lib/model/status.h"

namespace ghostmem {

struct SocketSummary;

struct VerdictInput {
    const Ledger& ledger;
    const std::optional<Status>& status;    ///< nullopt: the module did not answer
    const std::vector<SiteView>& sites;     ///< of all classes
    LoadPolicy load_policy{};               ///< of the host, used only without the module
    const SocketSummary* sockets = nullptr; ///< nullptr: not known
    Thresholds thresholds{};
    uint64_t on_purpose_bytes = 0; ///< of ghosts, see held_on_purpose()
    /// The ghosts that were allocated before the tracker began; nullopt: not known.
    std::optional<uint64_t> before_load_bytes{};
    uint64_t sites_margin_bytes = 0;           ///< how far what sites hold may be off
    std::optional<uint64_t> available_bytes{}; ///< MemAvailable; nullopt: not known
    bool recorded = false;                     ///< only files of the host are there
    std::string why_no_module{}; ///< why a module that is there did not answer; empty: it is not
    std::vector<MeminfoOddLine> odd_lines{}; ///< of /proc/meminfo, left out
    std::vector<Holder> holders{};           ///< known holders, of all kinds

    /// How far a figure with this error may be off, either way; nullopt: it is exact.
    [[nodiscard]] std::optional<uint64_t> margin(const std::optional<Uncertainty>& error) const;
    /// The known holder that has most of the ghosts; nullptr: none has any.
    [[nodiscard]] const Holder* largest_holder(bool on_purpose) const;
    /// Whether the ledger lacks lines, so that the size of ghosts cannot be judged.
    [[nodiscard]] bool lines_are_missing() const;
    /// Whether so many bytes are a leak by their size alone.
    [[nodiscard]] bool is_large(uint64_t bytes) const {
        return thresholds.is_large(bytes, ledger.total);
    }
    /// The whole percents of all memory that so many bytes are.
    [[nodiscard]] uint64_t percent(uint64_t bytes) const;
};

/// " [nic]" or " [nic, unloaded]", nothing for code of the kernel's image; then what has to be said
/// of memory that somebody else may keep (note_on()).
std::string in_module(const SiteView& site);

/// "pipes 200.0 MiB: pipes of cat[4711]: 200.0 MiB"
std::string described(const Holder& holder);

} // namespace ghostmem
