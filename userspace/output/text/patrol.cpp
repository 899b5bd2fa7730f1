#include "output/text/patrol.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/moment.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

std::string news_words(const PatrolItem& news, uint64_t now_s) {
    const std::string since = format_age(now_s - std::min(news.began_s, now_s));
    switch (news.news) {
    case PatrolNews::began:
        return "new";
    case PatrolNews::worse:
        return fmt::format("worse, since {}", since);
    case PatrolNews::lasts:
        return fmt::format("for {}", since);
    case PatrolNews::ended:
        return fmt::format("over, after {}", since);
    case PatrolNews::happened:
        break;
    }
    return "happened";
}

std::string about(std::string_view rule, std::string_view subject) {
    return subject.empty() ? std::string(rule) : fmt::format("{} {}", rule, subject);
}

std::string optional_bytes(const std::optional<uint64_t>& bytes) {
    return bytes ? format_bytes(*bytes) : "-";
}

const Columns<PatrolRecord>& columns() {
    static const Columns<PatrolRecord> all{
        {"WHEN", Align::left,
         [](const PatrolRecord& record) { return format_moment(record.taken_s); }},
        {"STATE", Align::left, [](const PatrolRecord& record) { return record.state; }},
        {"GHOSTS", Align::right,
         [](const PatrolRecord& record) { return format_bytes(record.ghost_bytes); }},
        {"FREE", Align::right,
         [](const PatrolRecord& record) { return format_bytes(record.free_bytes); }},
        {"SITES", Align::right,
         [](const PatrolRecord& record) { return optional_bytes(record.sites_bytes); }},
        {"SOCKETS", Align::right,
         [](const PatrolRecord& record) { return optional_bytes(record.sockets_bytes); }},
        {"ZOMBIES", Align::right,
         [](const PatrolRecord& record) { return std::to_string(record.zombies); }},
        {"FILES", Align::right,
         [](const PatrolRecord& record) {
             return record.open_files ? std::to_string(*record.open_files) : std::string("-");
         }},
    };
    return all;
}

} // namespace

void patrol(std::ostream& out, const Style& /* style */, const PatrolReport& report) {
    // Not coloured nor aligned: these lines go to the system's log, which adds time and host.
    for (const PatrolItem& news : report.news)
        out << fmt::format("{}, {}: {}: {}\n", name_of(news.item.state),
                           news_words(news, report.host.taken_s),
                           about(news.item.rule, news.item.subject), news.item.sentence);
}

void patrol_history(std::ostream& out, const Style& style, const PatrolHistory& history) {
    if (history.baseline_s)
        out << "Baseline of " << format_moment(*history.baseline_s) << '\n';
    Table table = columns().table();
    for (const PatrolRecord& record : history.records)
        table.add(columns().cells(record));
    if (history.records.empty())
        out << "No patrol yet\n";
    else
        table.print(out, style);
    for (const FindingRecord& finding : history.findings) {
        const std::string until =
            finding.ended_s ? "until " + format_moment(*finding.ended_s) : std::string("lasts");
        out << '\n'
            << wrapped(fmt::format("{} {}: since {}, {}: {}", finding.state,
                                   about(finding.rule, finding.subject),
                                   format_moment(finding.began_s), until, finding.sentence),
                       4);
    }
    if (!history.findings.empty())
        out << '\n';
}

} // namespace ghostmem::output::text
