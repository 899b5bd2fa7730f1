// Compares a snapshot with a baseline, with thresholds, and with what the patrol before has found.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/history/history.h"
#include "lib/snapshot/assess.h"
#include "lib/snapshot/snapshot.h"

namespace ghostmem {

struct PatrolOptions {
    CheckOptions check{};
    std::chrono::seconds remind{86400}; ///< after which a finding that lasts is told again
    std::chrono::seconds keep{std::chrono::hours{24 * 30}}; ///< for which history is kept
};

/// What the patrol before has left.
struct PatrolPast {
    std::optional<Snapshot> baseline; ///< nullopt: there is none yet
    std::optional<PatrolRecord> last;
    std::vector<FindingRecord> lasting;
};

enum class PatrolNews {
    began,
    worse, ///< it lasts, and is graver than before
    lasts, ///< told again after a while
    ended,
    happened, ///< an event of the kernel's log since the last patrol
};

/// Stable words, the ones that JSON uses.
std::string_view name_of(PatrolNews news);

struct PatrolItem {
    PatrolNews news = PatrolNews::began;
    CheckItem item;
    uint64_t began_s = 0; ///< since 1970
};

struct PatrolReport {
    SnapshotHost host;
    CheckState state = CheckState::ok;  ///< of all that lasts
    std::vector<PatrolItem> news;       ///< what is to be told; empty: all is as it was
    std::vector<CheckItem> findings;    ///< all that last, told or not, the gravest first
    std::optional<uint64_t> baseline_s; ///< when the baseline was taken; nullopt: just now
    PatrolRecord record;
    std::vector<FindingRecord> stored; ///< what has to be stored of findings
};

/// What earlier patrols have seen, the newest first.
struct PatrolHistory {
    std::optional<uint64_t> baseline_s; ///< nullopt: there is none
    std::vector<PatrolRecord> records;
    std::vector<FindingRecord> findings; ///< those that last come first
};

/// What has grown since the baseline by more than the thresholds allow.
std::vector<CheckItem> since_baseline(const Snapshot& baseline, const Snapshot& now,
                                      const Thresholds& thresholds);

PatrolReport make_patrol(const Snapshot& now, const PatrolPast& past, const PatrolOptions& options);

} // namespace ghostmem
