// What it all means, in sentences.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/attribution/site_view.h"
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
    LoadPolicy load_policy{};               ///< of the host, asked only without the module
    const SocketSummary* sockets = nullptr; ///< nullptr: not known
    Thresholds thresholds{};
    uint64_t on_purpose_bytes = 0; ///< of ghosts, see held_on_purpose()
    /// Of ghosts, what was taken before the tracker began; nullopt: not known.
    std::optional<uint64_t> before_load_bytes{};
};

/// leak: an unloaded module holds pages of driver_classes() (they have no owner any
/// more), a site of them grows window after window and has become large, or ghosts are. Less than
/// that is no leak: every host has some tens of MiB from before the module was loaded.
/// The same limits hold for what sockets of one cause pin.
/// warn: nothing or not everything can be attributed, a site grows, or sockets of one cause pin
/// much, or what nobody has read for long or whose process cannot read.
/// A packet ring is what its process asked for, and no reason by itself; a balloon is what the
/// hypervisor asked for, and none either. How much is much: see Thresholds.
Verdict judge(const VerdictInput& input);

} // namespace ghostmem
