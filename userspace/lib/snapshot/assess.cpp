#include "lib/snapshot/assess.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

namespace {

// A task that is stuck for so long is what the kernel itself calls hung.
constexpr double hung_s = 120;

int gravity(CheckState state) {
    constexpr std::array<int, 4> by_state{0, 2, 3, 1};
    return by_state.at(static_cast<size_t>(state));
}

CheckState state_of(const SnapshotFinding& finding) {
    // Nothing is wrong with memory as far as it can be seen, but that is not far.
    if (finding.rule == "no_module")
        return CheckState::unknown;
    switch (finding.level) {
    case VerdictLevel::ok:
        return CheckState::ok;
    case VerdictLevel::warn:
        return CheckState::warning;
    case VerdictLevel::leak:
        break;
    }
    return CheckState::critical;
}

CheckState state_of(const SnapshotProcFinding& finding) {
    const bool hung = finding.finding == "stuck" && finding.confidence == Confidence::certain &&
                      finding.seconds.value_or(0) >= hung_s;
    return hung || finding.finding == "system_files" ? CheckState::critical : CheckState::warning;
}

CheckState state_of(KmsgSeverity severity) {
    switch (severity) {
    case KmsgSeverity::info:
        return CheckState::ok;
    case KmsgSeverity::warning:
    case KmsgSeverity::error:
        return CheckState::warning;
    case KmsgSeverity::critical:
        break;
    }
    return CheckState::critical;
}

std::vector<CheckItem> items_of(const Snapshot& snapshot, const CheckOptions& options) {
    std::vector<CheckItem> items;
    for (const SnapshotFinding& finding : snapshot.verdict) {
        if (options.without_module && finding.rule == "no_module")
            continue;
        items.push_back({state_of(finding), "verdict", finding.rule,
                         finding.sites.empty() ? "" : finding.sites.front(), finding.sentence});
    }
    for (const SnapshotProcFinding& finding : snapshot.procs)
        items.push_back(
            {state_of(finding), "procs", finding.finding,
             finding.pid ? fmt::format("{}[{}]", finding.comm.value_or(""), *finding.pid) : "",
             finding.sentence});
    if (snapshot.log) {
        for (const SnapshotCondition& condition : snapshot.log->conditions)
            items.push_back({state_of(condition.severity), "log", condition.rule, condition.subject,
                             "kernel log: " + condition.text});
    }
    std::erase_if(items, [](const CheckItem& item) { return item.state == CheckState::ok; });
    std::ranges::stable_sort(
        items, [](const CheckItem& a, const CheckItem& b) { return graver(a.state, b.state); });
    return items;
}

std::vector<CheckFigure> figures_of(const Snapshot& snapshot, const Thresholds& thresholds) {
    const SnapshotMemory& memory = snapshot.memory;
    std::vector<CheckFigure> figures{
        {"ghosts", "B", memory.ghost, {}, least_large(thresholds, memory.total), memory.total},
        {"free", "B", memory.free, {}, {}, memory.total},
    };
    const auto bytes = [&](const char* name, const std::optional<uint64_t>& value) {
        if (value)
            figures.push_back({name, "B", *value, {}, {}, memory.total});
    };
    bytes("available", memory.available);
    bytes("in_sites", memory.sites);
    bytes("in_sockets", memory.sockets);
    bytes("unattributed", memory.unattributed);
    figures.push_back({"processes", "", snapshot.tasks.processes, {}, {}, {}});
    figures.push_back({"zombies", "", snapshot.tasks.zombies, {}, {}, {}});
    figures.push_back({"uninterruptible", "", snapshot.tasks.uninterruptible, {}, {}, {}});
    if (snapshot.handles)
        figures.push_back(
            {"open_files", "", snapshot.handles->files, {}, {}, snapshot.handles->files_limit});
    return figures;
}

} // namespace

std::string_view name_of(CheckState state) {
    constexpr std::array<std::string_view, 4> words{"ok", "warning", "critical", "unknown"};
    return words.at(static_cast<size_t>(state));
}

bool graver(CheckState a, CheckState b) {
    return gravity(a) > gravity(b);
}

uint64_t least_large(const Thresholds& thresholds, uint64_t total) {
    const uint64_t percent = total / 100;
    const uint64_t share =
        std::max(thresholds.ghost_share_bytes, percent * thresholds.ghost_share_percent);
    return std::min(
        {thresholds.ghost_bytes, share, std::max<uint64_t>(percent * thresholds.ghost_percent, 1)});
}

CheckReport assess(const Snapshot& snapshot, const CheckOptions& options) {
    CheckReport report;
    report.items = items_of(snapshot, options);
    report.figures = figures_of(snapshot, options.thresholds);
    report.figures.push_back({"findings", "", report.items.size(), {}, {}, {}});
    if (!report.items.empty())
        report.state = report.items.front().state;
    report.summary = fmt::format("ghosts {} of {}", format_bytes(snapshot.memory.ghost),
                                 format_bytes(snapshot.memory.total));
    if (options.without_module && snapshot.module.problem)
        report.summary += fmt::format(" ({})", *snapshot.module.problem);
    return report;
}

CheckReport could_not_assess(const std::string& why) {
    CheckReport report;
    report.state = CheckState::unknown;
    report.items.push_back({CheckState::unknown, "leakctl", "failed", "", why});
    report.summary = "nothing is known";
    return report;
}

} // namespace ghostmem
