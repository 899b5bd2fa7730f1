#include "lib/patrol/patrol.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/snapshot/diff.h"

namespace ghostmem {

namespace {

// Rows that grow only when somebody holds on to memory. Anonymous memory, page cache and
// reclaimable slab of a healthy host grow with its work and shrink when memory is short.
bool grows_by_leaks(const DiffRow& row) {
    switch (row.kind) {
    case DiffKind::memory:
        return row.name == "ghost" || row.name == "vmalloc" || row.name == "percpu";
    case DiffKind::sites:
        return row.detail == "direct" || row.detail == "vmalloc" || row.detail == "percpu";
    case DiffKind::sockets:
        return true;
    case DiffKind::holders:
    case DiffKind::slab:
    case DiffKind::processes:
        break;
    }
    return false;
}

std::string words_of(const DiffRow& row) {
    if (row.kind == DiffKind::memory)
        return row.name == "ghost" ? "memory that no line of /proc/meminfo counts" : row.name;
    return fmt::format("{} {}", name_of(row.kind), row.name);
}

PatrolRecord record_of(const Snapshot& now, const CheckReport& check, size_t findings) {
    PatrolRecord record;
    record.taken_s = now.host.taken_s;
    record.boot_id = now.host.boot_id;
    if (now.log)
        record.log_next = now.log->next;
    record.state = name_of(check.state);
    record.ghost_bytes = now.memory.ghost;
    record.free_bytes = now.memory.free;
    record.available_bytes = now.memory.available;
    record.sites_bytes = now.memory.sites;
    record.sockets_bytes = now.memory.sockets;
    record.unattributed_bytes = now.memory.unattributed;
    record.processes = now.tasks.processes;
    record.zombies = now.tasks.zombies;
    record.uninterruptible = now.tasks.uninterruptible;
    if (now.handles)
        record.open_files = now.handles->files;
    record.findings = findings;
    return record;
}

CheckState state_of(const std::string& word) {
    for (const CheckState state :
         {CheckState::ok, CheckState::warning, CheckState::critical, CheckState::unknown}) {
        if (word == name_of(state))
            return state;
    }
    return CheckState::unknown;
}

class Patrol {
  public:
    Patrol(const Snapshot& now, const PatrolPast& past, const PatrolOptions& options)
        : now_(now), past_(past), options_(options), time_s_(now.host.taken_s) {}

    PatrolReport run() {
        CheckReport check = assess(now_, options_.check);
        if (past_.baseline) {
            report_.baseline_s = past_.baseline->host.taken_s;
            for (CheckItem& item :
                 since_baseline(*past_.baseline, now_, options_.check.thresholds)) {
                if (graver(item.state, check.state))
                    check.state = item.state;
                check.items.push_back(std::move(item));
            }
            std::ranges::stable_sort(check.items, [](const CheckItem& a, const CheckItem& b) {
                return graver(a.state, b.state);
            });
        }
        report_.host = now_.host;
        report_.state = check.state;
        for (const CheckItem& item : check.items)
            take(item);
        for (const FindingRecord& finding : past_.lasting)
            end_unless_seen(finding);
        take_events();
        report_.record = record_of(now_, check, check.items.size());
        report_.findings = std::move(check.items);
        return std::move(report_);
    }

  private:
    static auto key_of(const auto& finding) {
        return std::tie(finding.source, finding.rule, finding.subject);
    }

    void take(const CheckItem& item) {
        const auto at = std::ranges::find_if(past_.lasting, [&](const FindingRecord& finding) {
            return key_of(finding) == key_of(item);
        });
        FindingRecord finding;
        std::optional<PatrolNews> news;
        if (at == past_.lasting.end()) {
            finding.source = item.source;
            finding.rule = item.rule;
            finding.subject = item.subject;
            finding.began_s = time_s_;
            news = PatrolNews::began;
        } else {
            finding = *at;
            if (graver(item.state, state_of(finding.state)))
                news = PatrolNews::worse;
            else if (time_s_ >= finding.told_s + static_cast<uint64_t>(options_.remind.count()))
                news = PatrolNews::lasts;
        }
        finding.state = name_of(item.state);
        finding.sentence = item.sentence;
        finding.seen_s = time_s_;
        if (news) {
            finding.told_s = time_s_;
            report_.news.push_back({*news, item, finding.began_s});
        }
        report_.stored.push_back(std::move(finding));
    }

    // Whether the finding cannot have been made this time, so that its absence says nothing.
    [[nodiscard]] bool unseen(const FindingRecord& finding) const {
        return (finding.source == "log" && !now_.log) ||
               (finding.source == "baseline" &&
                (!past_.baseline || (finding.rule == "sites" && !now_.sites) ||
                 (finding.rule == "sockets" && !now_.sockets)));
    }

    void end_unless_seen(const FindingRecord& finding) {
        const bool lasts = std::ranges::any_of(report_.stored, [&](const FindingRecord& seen) {
            return key_of(seen) == key_of(finding);
        });
        if (lasts || unseen(finding))
            return;
        FindingRecord ended = finding;
        ended.ended_s = time_s_;
        const CheckItem item{state_of(ended.state), ended.source, ended.rule, ended.subject,
                             ended.sentence};
        report_.news.push_back({PatrolNews::ended, item, ended.began_s});
        report_.stored.push_back(std::move(ended));
    }

    // What is over at once, as the end of a process for want of memory, is told once. At the first
    // patrol it is not known what of the log is new.
    void take_events() {
        if (!now_.log || !past_.last)
            return;
        for (const SnapshotEvents& events : now_.log->events) {
            if (events.severity < KmsgSeverity::error || lasts_as_condition(events))
                continue;
            CheckItem item{events.severity == KmsgSeverity::critical ? CheckState::critical
                                                                     : CheckState::warning,
                           "log", events.rule, "", "kernel log: " + events.text};
            if (events.events > 1)
                item.sentence += fmt::format(" (the last of {})", events.events);
            report_.news.push_back({PatrolNews::happened, std::move(item), time_s_});
        }
    }

    [[nodiscard]] bool lasts_as_condition(const SnapshotEvents& events) const {
        return std::ranges::find(now_.log->conditions, events.rule, &SnapshotCondition::rule) !=
               now_.log->conditions.end();
    }

    const Snapshot& now_;
    const PatrolPast& past_;
    const PatrolOptions& options_;
    const uint64_t time_s_;
    PatrolReport report_;
};

} // namespace

std::string_view name_of(PatrolNews news) {
    constexpr std::array<std::string_view, 5> words{"began", "worse", "lasts", "ended", "happened"};
    return words.at(static_cast<size_t>(news));
}

std::vector<CheckItem> since_baseline(const Snapshot& baseline, const Snapshot& now,
                                      const Thresholds& thresholds) {
    std::vector<CheckItem> items;
    for (const DiffRow& row : compare(baseline, now).rows) {
        if (row.change() <= 0 || !grows_by_leaks(row) ||
            !thresholds.much_since_baseline(static_cast<uint64_t>(row.change()), now.memory.total))
            continue;
        items.push_back(
            {CheckState::warning, "baseline", std::string(name_of(row.kind)), row.name,
             fmt::format("{} has grown by {} since the baseline, from {} to {}", words_of(row),
                         format_bytes(static_cast<uint64_t>(row.change())),
                         format_bytes(row.before.value_or(0)),
                         format_bytes(row.after.value_or(0)))});
    }
    return items;
}

PatrolReport make_patrol(const Snapshot& now, const PatrolPast& past,
                         const PatrolOptions& options) {
    return Patrol(now, past, options).run();
}

} // namespace ghostmem
