// What commands hand to outputs.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "lib/estimate.h"
#include "lib/kernel_source.h"
#include "lib/ledger.h"
#include "lib/load_policy.h"
#include "lib/model.h"
#include "lib/site_list.h"
#include "lib/trace_window.h"
#include "lib/verdict.h"

namespace ghostmem {

struct StatusReport {
    Ledger ledger;
    LoadPolicy load_policy;
    std::optional<Status> status; ///< nullopt: the module is not loaded
    bool sites_known = false;     ///< whether `sites` could be read
    std::vector<SiteView> sites;  ///< of all classes that hold pages, by bytes
    Verdict verdict;

    /// Live bytes of class direct; nullopt when the sites are not known.
    [[nodiscard]] std::optional<uint64_t> ghost_sites_bytes() const;
    /// How far that may be off, either way; nullopt: not at all.
    [[nodiscard]] std::optional<uint64_t> ghost_sites_margin_bytes() const;
    /// Ghosts that no site explains; all of them when the sites are not known.
    [[nodiscard]] uint64_t unattributed_bytes() const;
};

/// Reads ROOT/proc, ROOT/sys and the module. A module that is not loaded is a finding, not
/// an error; any other failure throws Error.
StatusReport gather_status(KernelSource& kernel, const std::filesystem::path& root);

struct SitesReport {
    SiteSelection selection;
    SortKey sort = SortKey::bytes;
    bool stacks = false;                               ///< whether text shows stacks
    std::optional<std::chrono::milliseconds> interval; ///< over which rates were measured
    Sampling sampling;
};

struct TraceReport {
    SitesReport list;
    uint64_t since_s = 0;
    uint64_t until_s = 0;
    std::chrono::seconds settled{0};
    bool interrupted = false;
};

} // namespace ghostmem
