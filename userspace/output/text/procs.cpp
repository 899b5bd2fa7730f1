#include "output/text/procs.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t below_indent = 8;
constexpr size_t label_width = 6;

// Appends a text with a label before its first line.
void put_labelled(std::vector<std::string>& lines, std::string_view label,
                  const std::string& text) {
    const size_t indent = below_indent + label_width;
    std::string head = fmt::format("{:>{}}{:<{}}", "", below_indent, label, label_width);
    std::string rest = wrapped(text, indent);
    for (size_t end = 0; end != std::string::npos;) {
        end = rest.find('\n');
        lines.push_back(head + rest.substr(0, end));
        rest.erase(0, end == std::string::npos ? end : end + 1);
        // Further lines have their indent already.
        head.clear();
    }
}

std::vector<std::string> below(const ProcFinding& finding) {
    std::vector<std::string> lines;
    put_labelled(lines, "what", finding.sentence);
    for (const std::string& evidence : finding.evidence)
        put_labelled(lines, &evidence == &finding.evidence.front() ? "see" : "", evidence);
    if (!finding.remedy.empty())
        put_labelled(lines, "help", finding.remedy);
    return lines;
}

std::string pid_cell(const std::optional<uint32_t>& pid) {
    return pid ? std::to_string(*pid) : "-";
}

std::string size_cell(const ProcFinding& finding) {
    if (finding.bytes)
        return format_bytes(*finding.bytes);
    return finding.count ? std::to_string(*finding.count) : "-";
}

std::string time_cell(const ProcFinding& finding) {
    if (!finding.seconds)
        return "-";
    return *finding.seconds < 10 ? fmt::format("{:.1f}s", *finding.seconds)
                                 : format_age(static_cast<uint64_t>(*finding.seconds));
}

const Columns<ProcFinding>& columns() {
    static const Columns<ProcFinding> all{
        {"FINDING", Align::left,
         [](const ProcFinding& finding) { return std::string(name_of(finding.kind)); }},
        {"SURE", Align::left,
         [](const ProcFinding& finding) { return std::string(name_of(finding.confidence)); }},
        {"COUNT", Align::right, size_cell},
        {"TIME", Align::right, time_cell},
        {"PPID", Align::right, [](const ProcFinding& finding) { return pid_cell(finding.ppid); }},
        {"PID", Align::right, [](const ProcFinding& finding) { return pid_cell(finding.pid); }},
        {"PROCESS", Align::left,
         [](const ProcFinding& finding) {
             return finding.pid ? finding.comm : std::string("(the host)");
         }},
    };
    return all;
}

std::string summary(const ProcsReport& report) {
    const TaskNumbers& tasks = report.tasks;
    std::string text =
        report.matched == 0 ? "Nothing found. " : count_of(report.matched, "finding");
    if (report.matched != 0)
        text += report.findings.size() < report.matched
                    ? fmt::format(", the first {} shown. ", report.findings.size())
                    : ". ";
    text +=
        fmt::format("{} processes with {}, {} of the kernel; {}", tasks.processes,
                    count_of(tasks.threads - tasks.kernel_threads, "thread"),
                    count_of(tasks.kernel_threads, "thread"), count_of(tasks.zombies, "zombie"));
    if (tasks.uninterruptible != 0)
        text += fmt::format("; {} uninterruptible (D), {} of which woke meanwhile",
                            tasks.uninterruptible, tasks.waking);
    if (report.doubtful != 0)
        text += fmt::format("; {} that are only possible left out (--all)",
                            count_of(report.doubtful, "finding"));
    return text;
}

} // namespace

void procs(std::ostream& out, const Style& style, const ProcsReport& report) {
    if (!report.findings.empty()) {
        Table table = columns().table();
        for (const ProcFinding& finding : report.findings)
            table.add(columns().cells(finding), below(finding));
        table.print(out, style);
        out << '\n';
    }
    out << wrapped(summary(report), 0) << '\n';
    for (const std::string& note : report.notes)
        out << wrapped(note, 0) << '\n';
    out << wrapped(
               fmt::format("watched for {:.1f} s, with {:.2f} s of CPU time ({:.1f} % of one CPU) "
                           "and {}",
                           report.interval_s, report.cost.cpu_s, report.cpu_percent(),
                           format_bytes(report.cost.peak_bytes)),
               0)
        << '\n';
}

} // namespace ghostmem::output::text
