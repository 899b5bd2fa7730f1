// What it all means, in sentences.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ledger.h"
#include "lib/load_policy.h"
#include "lib/model.h"
#include "lib/site_view.h"

namespace ghostmem {

enum class VerdictLevel { ok, warn, leak };

std::string_view name_of(VerdictLevel level);

struct Verdict {
    VerdictLevel level = VerdictLevel::ok;
    std::vector<std::string> reasons; ///< never empty; the gravest first
};

struct VerdictInput {
    const Ledger& ledger;
    const std::optional<Status>& status; ///< nullopt: the module is not loaded
    const std::vector<SiteView>& sites;  ///< of all classes
    LoadPolicy load_policy{};            ///< of the host, asked only without the module
};

/// leak: an unloaded module holds pages of driver_classes() (they have no owner any
/// more), or ghosts reach 6 GiB, or 10 % of memory and 1.5 GiB. Less than that is no
/// leak: every host has some tens of MiB from before the module was loaded.
/// warn: nothing or not everything can be attributed.
Verdict judge(const VerdictInput& input);

} // namespace ghostmem
