#include "output/text/devices.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/account_cells.h"
#include "output/text/columns.h"

namespace ghostmem::output::text {

namespace {

std::vector<std::string> below(const AccountFinding& device, bool stacks) {
    std::vector<std::string> lines = remains_lines(device.left, "left", stacks);
    for (std::string& line : remains_lines(device.held, "holds", stacks))
        lines.push_back(std::move(line));
    for (const std::string& note : account_notes(device))
        lines.push_back("        " + note);
    return lines;
}

Columns<AccountFinding> columns_of(const Sampling& sampling) {
    return {
        {"DEVICE", Align::left,
         [](const AccountFinding& device) { return describe(device.account.identity); }},
        {"DRIVER", Align::left,
         [](const AccountFinding& device) { return device.account.identity.driver; }},
        {"STATE", Align::left,
         [](const AccountFinding& device) { return std::string(name_of(device.account.state)); }},
        {"SINCE", Align::right,
         [](const AccountFinding& device) { return format_age(device.account.since_ms / 1000); }},
        {"HOLDS", Align::right,
         [sampling](const AccountFinding& device) {
             if (device.is(GHOSTMEM_ACCOUNT_F_BUILTIN))
                 return std::string("?");
             return remains_cell(device.held, sampling);
         }},
        {"LEFT", Align::right,
         [sampling](const AccountFinding& device) { return remains_cell(device.left, sampling); }},
        {"TIMES", Align::right,
         [](const AccountFinding& device) { return fmt::format("{}", device.account.lives); }}};
}

} // namespace

void devices(std::ostream& out, const Style& style, const DevicesReport& report) {
    const Columns<AccountFinding> columns = columns_of(report.sampling);
    Table table = columns.table();
    for (const AccountFinding& device : report.devices)
        table.add(columns.cells(device), below(device, report.stacks));
    if (report.matched != 0)
        table.print(out, style);
    uint64_t left = 0;
    for (const AccountFinding& device : report.devices)
        left += device.left.bytes;
    if (report.matched == 0)
        out << "no device holds or has left memory of its driver's";
    else
        out << fmt::format("{}, {} left by lives that have ended",
                           count_of(report.matched, "device"), format_amount(left, {}));
    if (report.devices.size() < report.matched)
        out << fmt::format("; the first {} shown", report.devices.size());
    if (report.all > report.matched)
        out << fmt::format("; {} more with nothing (--all)", report.all - report.matched);
    out << '\n';
    if (report.unaccounted != 0)
        out << count_of(report.unaccounted, "life")
            << " of a device or module could not be accounted for\n";
}

} // namespace ghostmem::output::text
