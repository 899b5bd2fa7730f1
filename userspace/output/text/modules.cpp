#include "output/text/modules.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/account_cells.h"
#include "output/text/columns.h"

namespace ghostmem::output::text {

namespace {

std::vector<std::string> below(const ModuleFinding& module, bool stacks) {
    std::vector<std::string> lines;
    if (module.left) {
        for (const std::string& note : account_notes(*module.left))
            lines.push_back("        " + note);
    }
    if (!stacks)
        return lines;
    for (std::string& line : remains_lines({0, 0, {}, module.sites}, "holds", true))
        lines.push_back(std::move(line));
    return lines;
}

Columns<ModuleFinding> columns_of(const Sampling& sampling) {
    return {{"MODULE", Align::left, [](const ModuleFinding& module) { return module.name; }},
            {"STATE", Align::left,
             [](const ModuleFinding& module) { return std::string(name_of(module.state)); }},
            {"BYTES", Align::right,
             [sampling](const ModuleFinding& module) {
                 return remains_cell({module.live_bytes, 0, module.error, {}}, sampling);
             }},
            {"SITES", Align::right,
             [](const ModuleFinding& module) { return fmt::format("{}", module.sites.size()); }},
            {"LEFT", Align::right,
             [sampling](const ModuleFinding& module) {
                 return module.left ? remains_cell(module.left->left, sampling) : "-";
             }},
            {"UNLOADS", Align::right, [](const ModuleFinding& module) {
                 return fmt::format("{}", module.left ? module.left->account.lives : 0);
             }}};
}

} // namespace

void modules(std::ostream& out, const Style& style, const ModulesReport& report) {
    const Columns<ModuleFinding> columns = columns_of(report.sampling);
    Table table = columns.table();
    for (const ModuleFinding& module : report.modules)
        table.add(columns.cells(module), below(module, report.stacks));
    if (report.matched != 0)
        table.print(out, style);
    out << (report.matched == 0 ? "no module holds memory" : count_of(report.matched, "module"));
    if (report.modules.size() < report.matched)
        out << fmt::format("; the first {} shown", report.modules.size());
    out << '\n';
}

} // namespace ghostmem::output::text
