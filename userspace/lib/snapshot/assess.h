// Judges a snapshot as monitoring systems want it: one state, and what it comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/findings/thresholds.h"
#include "lib/snapshot/snapshot.h"

namespace ghostmem {

/// The states of monitoring plugins; their numbers are the exit codes.
enum class CheckState { ok = 0, warning = 1, critical = 2, unknown = 3 };

/// Stable words, the ones that JSON uses.
std::string_view name_of(CheckState state);

/// Whether `a` is to be reported rather than `b`: critical, then warning, unknown, ok.
bool graver(CheckState a, CheckState b);

struct CheckItem {
    CheckState state = CheckState::warning;
    std::string source; ///< verdict, procs, log, leakctl
    std::string rule;
    std::string subject; ///< as DiffFinding::subject
    std::string sentence;
};

/// A figure for graphs, in the terms of the plugins' performance data.
struct CheckFigure {
    std::string name; ///< a stable word
    std::string unit; ///< "B"; empty: a number
    uint64_t value = 0;
    std::optional<uint64_t> warning;
    std::optional<uint64_t> critical;
    std::optional<uint64_t> most; ///< that there can be; the least is 0
};

struct CheckOptions {
    Thresholds thresholds{};
    /// The module is not there on purpose: that alone is not unknown.
    bool without_module = false;
};

struct CheckReport {
    CheckState state = CheckState::ok;
    std::vector<CheckItem> items; ///< the gravest first; empty: all is well
    std::vector<CheckFigure> figures;
    std::string summary; ///< how much memory is what, without a full stop
};

CheckReport assess(const Snapshot& snapshot, const CheckOptions& options);

/// The report when nothing could be looked at, and why.
CheckReport could_not_assess(const std::string& why);

/// From how many bytes of ghosts on the verdict is `leak`, on a host with so much memory.
uint64_t least_large(const Thresholds& thresholds, uint64_t total);

} // namespace ghostmem
