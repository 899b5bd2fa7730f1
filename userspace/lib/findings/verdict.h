// The verdict on all findings, in sentences.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/attribution/site_view.h"
#include "lib/findings/cycles.h"
#include "lib/findings/thresholds.h"
#include "lib/host/load_policy.h"
#include "lib/ledger/ledger.h"
#include "lib/model/status.h"

namespace ghostmem {

struct SocketSummary;

enum class VerdictLevel { ok, warn, leak };

std::string_view name_of(VerdictLevel level);

struct Verdict {
    VerdictLevel level = VerdictLevel::ok;
    std::vector<std::string> reasons; ///< never empty; the gravest first
};

struct VerdictInput {
    const Ledger& ledger;
    const std::optional<Status>& status;    ///< nullopt: the module is not loaded
    const std::vector<SiteView>& sites;     ///< of all classes
    LoadPolicy load_policy{};               ///< of the host, used only without the module
    const SocketSummary* sockets = nullptr; ///< nullptr: not known
    Thresholds thresholds{};
    uint64_t on_purpose_bytes = 0; ///< of ghosts, see held_on_purpose()
    /// The ghosts that were allocated before the tracker began; nullopt: not known.
    std::optional<uint64_t> before_load_bytes{};
    uint64_t sites_margin_bytes = 0;                      ///< how far what sites hold may be off
    std::optional<uint64_t> available_bytes{};            ///< MemAvailable; nullopt: not known
    bool recorded = false;                                ///< only files of the host are there
    const std::vector<AccountFinding>* devices = nullptr; ///< nullptr: not known
};

/// leak: an unloaded module holds pages of driver_classes() (they have no owner any more), a site
/// of these classes grows window after window and has become large, a device leaves memory behind
/// at each unbind (cycle_reasons()), or ghosts have become large.
/// Smaller ghosts are no leak: every host has some tens of MiB from before the module was loaded.
/// The same limits apply to what sockets of one cause pin.
/// warn: nothing or not everything can be attributed, a site grows, or sockets of one cause pin
/// much memory, or memory that nobody has read for long or whose process cannot read.
/// A packet ring was requested by its process and a balloon by the hypervisor: neither is a reason
/// by itself. Thresholds defines the limits.
Verdict judge(const VerdictInput& input);

} // namespace ghostmem
