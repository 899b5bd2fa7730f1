#include "lib/snapshot/diff_findings.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace ghostmem {

namespace {

using Key = std::tuple<std::string, std::string, std::string>; ///< source, rule, subject

std::map<Key, DiffFinding> findings_of(const Snapshot& snapshot, bool same_boot) {
    std::map<Key, DiffFinding> all;
    const auto put = [&](DiffFinding finding) {
        Key key(finding.source, finding.rule, finding.subject);
        all.emplace(std::move(key), std::move(finding));
    };
    for (const SnapshotFinding& finding : snapshot.verdict)
        put({.source = "verdict",
             .rule = finding.rule,
             .subject = finding.sites.empty() ? "" : finding.sites.front(),
             .sentence = finding.sentence});
    for (const SnapshotProcFinding& finding : snapshot.procs) {
        std::string subject = finding.comm.value_or("");
        if (same_boot && finding.pid)
            subject = fmt::format("{}[{}]", subject, *finding.pid);
        put({.source = "procs",
             .rule = finding.finding,
             .subject = std::move(subject),
             .sentence = finding.sentence});
    }
    if (!snapshot.log)
        return all;
    for (const SnapshotCondition& condition : snapshot.log->conditions)
        put({.source = "log",
             .rule = condition.rule,
             .subject = condition.subject,
             .sentence = condition.text});
    return all;
}

} // namespace

std::string_view name_of(DiffState state) {
    constexpr std::array<std::string_view, 3> words{"began", "ended", "lasts"};
    return words.at(static_cast<size_t>(state));
}

std::vector<DiffFinding> compare_findings(const Snapshot& before, const Snapshot& after,
                                          bool same_boot) {
    const auto were = findings_of(before, same_boot);
    std::vector<DiffFinding> all;
    for (auto& [key, finding] : findings_of(after, same_boot)) {
        all.push_back(finding);
        // When a condition began is not known if the log could not be read before.
        const bool unknown = finding.source == "log" && !before.log;
        all.back().state = unknown || were.contains(key) ? DiffState::lasts : DiffState::began;
    }
    const auto are = findings_of(after, same_boot);
    for (const auto& [key, finding] : were) {
        // A log that may not be read has no end of a condition either.
        if (are.contains(key) || (finding.source == "log" && !after.log))
            continue;
        all.push_back(finding);
        all.back().state = DiffState::ended;
    }
    std::ranges::stable_sort(all, {}, &DiffFinding::state);
    return all;
}

} // namespace ghostmem
