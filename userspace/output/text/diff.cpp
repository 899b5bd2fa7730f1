#include "output/text/diff.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/moment.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

std::string host_line(const SnapshotHost& host) {
    return fmt::format("{}, {}, {}, up {}", host.name, format_moment(host.taken_s), host.kernel,
                       format_age(static_cast<uint64_t>(host.uptime_s)));
}

std::string bytes_cell(const std::optional<uint64_t>& bytes) {
    return bytes ? format_bytes(*bytes) : "-";
}

void put_head(std::ostream& out, const SnapshotDiff& diff) {
    out << "From  " << host_line(diff.before) << '\n' << "To    " << host_line(diff.after) << '\n';
    const auto elapsed = static_cast<uint64_t>(std::abs(diff.elapsed_s));
    const std::string when =
        elapsed == 0 ? "at the same time"
                     : format_age(elapsed) + (diff.elapsed_s > 0 ? " later" : " earlier");
    out << "      " << when
        << (diff.same_boot   ? ", same boot"
            : diff.same_host ? ", another boot"
                             : ", another host")
        << '\n';
    for (const std::string& limit : diff.limits)
        out << "NOTE  " << wrapped(limit, 6) << '\n';
    const SnapshotMemory& was = diff.memory_before;
    const SnapshotMemory& is = diff.memory_after;
    out << '\n'
        << fmt::format("Ghosts {} -> {}, free {} -> {}, of {}{}\n", format_bytes(was.ghost),
                       format_bytes(is.ghost), format_bytes(was.free), format_bytes(is.free),
                       format_bytes(was.total),
                       was.total == is.total ? "" : " and " + format_bytes(is.total));
}

Columns<DiffRow> row_columns(const SnapshotDiff& diff) {
    Columns<DiffRow> columns{
        {"CHANGE", Align::right,
         [](const DiffRow& row) { return format_signed_bytes(row.change()); }},
        {"WAS", Align::right, [](const DiffRow& row) { return bytes_cell(row.before); }},
        {"IS", Align::right, [](const DiffRow& row) { return bytes_cell(row.after); }},
    };
    columns.add_if(diff.per_hour(0).has_value(),
                   {"AN HOUR", Align::right, [&diff](const DiffRow& row) {
                        return format_signed_bytes(std::llround(*diff.per_hour(row.change())));
                    }});
    columns.add(
        {"KIND", Align::left, [](const DiffRow& row) { return std::string(name_of(row.kind)); }});
    columns.add({"NAME", Align::left,
                 [](const DiffRow& row) {
                     return row.detail.empty() ? row.name
                                               : fmt::format("{} ({})", row.name, row.detail);
                 },
                 20});
    return columns;
}

// Prints a table of those rows that grew, or of the others.
void put_rows(std::ostream& out, const Style& style, const DiffPage& page, bool grew) {
    std::vector<const DiffRow*> rows;
    for (const DiffRow& row : page.diff.rows) {
        if ((row.change() > 0) == grew)
            rows.push_back(&row);
    }
    if (rows.empty())
        return;
    const Columns<DiffRow> columns = row_columns(page.diff);
    Table table = columns.table();
    for (size_t i = 0; i < std::min(rows.size(), page.top); ++i)
        table.add(columns.cells(*rows[i]));
    out << '\n' << style.bold(grew ? "Grew" : "Shrank or went") << '\n';
    table.print(out, style);
    if (rows.size() > page.top)
        out << fmt::format("{} more; --top {} shows all\n", rows.size() - page.top, rows.size());
}

void put_counts(std::ostream& out, const Style& style, const DiffPage& page) {
    static const Columns<DiffCount> columns{
        {"CHANGE", Align::right,
         [](const DiffCount& count) { return fmt::format("{:+}", count.change()); }},
        {"WAS", Align::right,
         [](const DiffCount& count) {
             return count.before ? std::to_string(*count.before) : std::string("-");
         }},
        {"IS", Align::right,
         [](const DiffCount& count) {
             return count.after ? std::to_string(*count.after) : std::string("-");
         }},
        {"NUMBER OF", Align::left,
         [](const DiffCount& count) {
             std::string name = count.name;
             std::ranges::replace(name, '_', ' ');
             return count.of.empty() ? name : fmt::format("{} of {}", name, count.of);
         }},
    };
    const auto& counts = page.diff.counts;
    if (counts.empty())
        return;
    Table table = columns.table();
    for (size_t i = 0; i < std::min(counts.size(), page.top); ++i)
        table.add(columns.cells(counts[i]));
    out << '\n' << style.bold("Numbers") << '\n';
    table.print(out, style);
    if (counts.size() > page.top)
        out << fmt::format("{} more; --top {} shows all\n", counts.size() - page.top,
                           counts.size());
}

void put_findings(std::ostream& out, const Style& style, const SnapshotDiff& diff) {
    if (diff.findings.empty())
        return;
    out << '\n' << style.bold("Findings") << '\n';
    for (const DiffFinding& finding : diff.findings) {
        const std::string about = finding.subject.empty()
                                      ? finding.rule
                                      : fmt::format("{} {}", finding.rule, finding.subject);
        out << fmt::format("{:<6}", name_of(finding.state))
            << wrapped(fmt::format("{}: {}", about, finding.sentence), 6) << '\n';
    }
}

} // namespace

void diff(std::ostream& out, const Style& style, const DiffPage& page) {
    put_head(out, page.diff);
    put_rows(out, style, page, true);
    put_rows(out, style, page, false);
    put_counts(out, style, page);
    put_findings(out, style, page.diff);
    if (page.diff.rows.empty() && page.diff.counts.empty() && page.diff.findings.empty())
        out << "\nNothing else differs.\n";
    if (page.diff.within_error != 0)
        out << '\n'
            << wrapped(fmt::format("{} left out: estimates that differ by less than their error",
                                   count_of(page.diff.within_error, "row")),
                       0)
            << '\n';
}

} // namespace ghostmem::output::text
