#include "output/text/skbs.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/site_cells.h"
#include "output/text/sites.h"
#include "output/text/table.h"

namespace ghostmem::output::text {

namespace {

std::string skbs_cell(const SiteView& view) {
    return std::to_string(view.subject_pages());
}

std::string device_cell(const SiteView& view) {
    const SkbDevice* device = view.device();
    if (device == nullptr)
        return "-";
    std::string text = device->name + (device->gone ? " (gone)" : "");
    if (const size_t others = view.site.skb->devices.size() - 1; others != 0)
        text += fmt::format(" +{}", others);
    return text;
}

} // namespace

void skb_listing(std::ostream& out, const Style& style, const SitesReport& report) {
    const SiteSelection& selection = report.selection;
    if (selection.sites.empty()) {
        out << (selection.matched == 0 ? "no sk_buffs\n" : count_of(selection.matched, "site"))
            << (selection.matched == 0 ? "" : "\n");
        listing_notes(out, report);
        return;
    }
    const bool growth = report.sort == SortKey::growth;
    Columns<SiteView> columns{{"SKBS", Align::right, skbs_cell},
                              {"BYTES", Align::right, live_bytes_cell}};
    columns.add_if(growth, {"GROWTH", Align::right, growth_cell});
    columns.add({"AGE", Align::right, age_cell});
    columns.add({"DEVICE", Align::left, device_cell});
    columns.add({"MODULE", Align::left, module_cell, narrowest_module});
    columns.add({"FUNCTION", Align::left, function_cell, narrowest_function});
    Table table = columns.table();
    for (const SiteView& view : selection.sites)
        table.add(columns.cells(view),
                  report.stacks ? stack_lines(view) : std::vector<std::string>{});
    table.print(out, style);
    out << fmt::format("{}, {}, {}", count_of(selection.matched, "site"),
                       count_of(selection.matched_pages, "sk_buff"),
                       format_bytes(selection.matched_bytes));
    if (selection.sites.size() < selection.matched)
        out << fmt::format("; the first {} shown", selection.sites.size());
    out << '\n';
    if (growth)
        growth_note(out, selection);
    listing_notes(out, report);
}

std::string skb_line(const SkbStatus& skb) {
    if (skb.disabled_reason)
        return "have turned themselves off: " + *skb.disabled_reason;
    std::string text =
        fmt::format("{} alive of {} born, for {}, {}; see: leakctl sites --class skb", skb.live,
                    skb.born, format_age(skb.clock_s - 1), format_bytes(skb.bytes));
    for (const Lost& lost : skb.lost) {
        if (lost.count != 0)
            text += fmt::format("; lost {} ({}): {}", count_of(lost.count, unit_of(lost)),
                                lost.name, lost.meaning);
    }
    return text;
}

} // namespace ghostmem::output::text
