// The reports that commands pass to outputs.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/attribution/estimate.h"
#include "lib/attribution/site_query.h"
#include "lib/base/error.h"
#include "lib/findings/cycles.h"
#include "lib/findings/thresholds.h"
#include "lib/findings/trace_window.h"
#include "lib/findings/verdict.h"
#include "lib/host/load_policy.h"
#include "lib/ledger/holder.h"
#include "lib/ledger/ledger.h"
#include "lib/model/module_source.h"
#include "lib/model/status.h"
#include "lib/model/zone.h"
#include "lib/sockets/report.h"

namespace ghostmem {

enum class HostState {
    live,
    recorded, ///< only files of it are there: nothing can be loaded or asked
};

struct StatusReport {
    HostState host = HostState::live;
    Ledger ledger;
    std::vector<MeminfoLine> unknown_lines;  ///< of /proc/meminfo, which no part of the ledger has
    std::vector<MeminfoOddLine> odd_lines;   ///< of /proc/meminfo, left out because they cannot be
    std::optional<uint64_t> available_bytes; ///< MemAvailable; nullopt: a kernel without it
    LoadPolicy load_policy;
    std::optional<Status> status; ///< nullopt: the module did not answer
    std::optional<Error> problem; ///< why it did not: see can_do_without_module()
    bool sites_known = false;     ///< whether `sites` could be read
    std::vector<SiteView> sites;  ///< of all classes that hold pages, by bytes
    std::optional<SocketSummary> sockets;
    std::string why_no_sockets;      ///< empty: they are known, or there is no module
    std::optional<PageCensus> pages; ///< nullopt: no module, or one without such a census
    std::vector<Holder> holders;     ///< all kinds
    /// Devices, the one that has left most first; nullopt: not known.
    std::optional<std::vector<AccountFinding>> devices;
    Verdict verdict;
    Thresholds thresholds; ///< by which it was judged

    /// Whether the module is not loaded, so that loading it is the next step.
    [[nodiscard]] bool problem_is_absence() const {
        return problem && problem->kind() == ErrorKind::no_module;
    }
    /// What the report is made from if the module did not answer, in a few words.
    [[nodiscard]] std::string_view without_module() const;
    /// Live bytes of class direct; nullopt when the sites are not known.
    [[nodiscard]] std::optional<uint64_t> ghost_sites_bytes() const;
    /// How far ghost_sites_bytes() may be off, either way; nullopt: it is exact.
    [[nodiscard]] std::optional<uint64_t> ghost_sites_margin_bytes() const;
    /// What sockets pin, each page once; nullopt when that is not known.
    [[nodiscard]] std::optional<uint64_t> ghost_sockets_bytes() const;
    /// How much of that is in ghost_sites_bytes() as well, because the tracker saw the allocation;
    /// an estimate if there are only samples.
    [[nodiscard]] std::optional<uint64_t> sockets_in_sites_bytes() const;
    /// What known holders have beyond what sites and sockets explain.
    [[nodiscard]] uint64_t ghost_holders_bytes() const { return held_beyond_sites(holders); }
    /// What sites, sockets or known holders explain, each page once, at most all ghosts;
    /// nullopt when none is known.
    [[nodiscard]] std::optional<uint64_t> known_bytes() const;
    /// Ghosts that none of them explains; all when nothing is known.
    [[nodiscard]] uint64_t unattributed_bytes() const;
    /// The part of these that unrecorded events may have allocated, at the mean number of pages of
    /// an allocation for each. nullopt when nothing is tracked.
    [[nodiscard]] std::optional<uint64_t> lost_bytes() const;
    /// The part of these that the tracker saw, but whose holder it could not determine: sites of
    /// the classes other and debug. nullopt when nothing is tracked.
    [[nodiscard]] std::optional<uint64_t> unnamed_bytes() const;
    /// The rest of these: allocated before the tracker began. nullopt when nothing is tracked.
    [[nodiscard]] std::optional<uint64_t> before_load_bytes() const;
};

/// Whether the ledger can be told although the module failed in this way: it is not loaded, cannot
/// be seen from here, or may not be read by this user.
bool can_do_without_module(ErrorKind kind);

/// Reads ROOT/proc, ROOT/sys and the module. A module that does not answer for a reason of
/// can_do_without_module() is a finding, not an error; any other failure throws Error.
StatusReport gather_status(ModuleSource& kernel, const std::filesystem::path& root,
                           const Thresholds& thresholds = {}, HostState host = HostState::live);

struct SitesReport {
    SiteSelection selection;
    SortKey sort = SortKey::bytes;
    bool stacks = false;                               ///< whether text shows stacks
    GroupBy by = GroupBy::stack;                       ///< what a row of text stands for
    std::optional<std::chrono::milliseconds> interval; ///< over which rates were measured
    Sampling sampling;
    bool skbs = false; ///< the sites are of class skb, with sk_buffs and devices instead of pages
    bool interrupted = false;       ///< the measurement of rates was ended early
    std::vector<std::string> notes; ///< see site_notes()
};

struct TraceReport {
    SitesReport list;
    uint64_t since_s = 0;
    uint64_t until_s = 0;
    std::chrono::seconds settled{0};
    bool interrupted = false;
};

/// Has no data: it reports only that all records were discarded.
struct ResetReport {};

/// The settings that hold, after a change if there was one.
struct ConfigReport {
    Status status;
    /// Of how many sites another mode has forgotten the records; nullopt: none were forgotten.
    std::optional<uint32_t> forgotten_sites{};
};

} // namespace ghostmem
