#include "output/text/sites.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/site_cells.h"
#include "output/text/skbs.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

std::string order_cell(const SiteView& view) {
    return std::to_string(view.site.order);
}

std::string rate_cell(const SiteView& view) {
    if (!view.rate)
        return "-";
    return format_signed_bytes(static_cast<int64_t>(*view.rate)) + "/s";
}

// A row of several stacks has no order.
Columns<SiteView> columns_of(const Style& style, const SitesReport& report) {
    const std::vector<SiteView>& rows = report.selection.rows();
    const bool by_stack = report.by == GroupBy::stack;
    const bool one_class = std::ranges::all_of(
        rows, [&](const SiteView& view) { return view.cls == rows.front().cls; });
    const bool several =
        std::ranges::any_of(rows, [](const SiteView& view) { return view.stacks() > 1; });
    Columns<SiteView> columns{{"BYTES", Align::right, [](const SiteView& view) {
                                   return format_bytes(view.subject_bytes());
                               }}};
    columns.add_if(report.selection.error.has_value(),
                   {std::string(style.plus_minus()), Align::right, margin_cell});
    columns.add_if(by_stack, {"ORDER", Align::right, order_cell});
    columns.add_if(report.interval.has_value(), {"RATE", Align::right, rate_cell});
    columns.add_if(report.sort == SortKey::growth, {"GROWTH", Align::right, growth_cell});
    columns.add({"AGE", Align::right, age_cell});
    columns.add_if(several, {"STACKS", Align::right, stacks_cell});
    columns.add_if(by_stack || !one_class || rows.front().cls != SiteClass::direct,
                   {"CLASS", Align::left, class_cell});
    columns.add({"MODULE", Align::left, module_cell, narrowest_module});
    columns.add({"FUNCTION", Align::left, function_cell, narrowest_function});
    return columns;
}

} // namespace

void listing_notes(std::ostream& out, const SitesReport& report) {
    if (report.interrupted && report.interval)
        out << fmt::format("interrupted: rates are those of {:.1f} s\n",
                           static_cast<double>(report.interval->count()) / 1000);
    for (const std::string& note : report.notes)
        out << wrapped(note, 0) << '\n';
}

void site_listing(std::ostream& out, const Style& style, const SitesReport& report) {
    const SiteSelection& selection = report.selection;
    const std::string total = fmt::format(
        "{}, {}", count_of(selection.matched, "site"),
        format_amount(selection.matched_bytes, report.sampling.margin(selection.error)));
    if (selection.sites.empty()) {
        out << (selection.matched == 0 ? "no sites" : total);
        if (const auto most = report.sampling.nothing_seen_bytes(); most && selection.matched == 0)
            out << fmt::format(" seen; they may hold up to {}, in 95 of 100 cases",
                               format_bytes(*most));
        out << '\n';
        listing_notes(out, report);
        return;
    }
    const Columns<SiteView> columns = columns_of(style, report);
    Table table = columns.table();
    for (const SiteView& view : selection.rows())
        table.add(columns.cells(view),
                  report.stacks ? stack_lines(view) : std::vector<std::string>{});
    table.print(out, style);
    out << total;
    if (selection.rows().size() < selection.rows_matched)
        out << fmt::format("; the first {} of {} shown", selection.rows().size(),
                           count_of(selection.rows_matched, "row"));
    out << '\n';
    if (report.sort == SortKey::growth)
        growth_note(out, selection);
    listing_notes(out, report);
}

void growth_note(std::ostream& out, const SiteSelection& selection) {
    std::set<uint32_t> spans;
    for (const SiteView& view : selection.rows()) {
        if (!view.growth.empty())
            spans.insert(view.growth.back().span_s);
    }
    if (spans.empty())
        out << "growth is known after two whole windows of 10s: 20s to 30s after a site began\n";
    else if (spans.size() == 1)
        out << fmt::format("growth of the least held, from one window of {} to the next\n",
                           format_age(*spans.begin()));
    else
        out << fmt::format("growth of the least held, from one window of {} to the next, or of {} "
                           "where a site is too young\n",
                           format_age(*spans.rbegin()), format_age(*spans.begin()));
}

void sites(std::ostream& out, const Style& style, const SitesReport& report) {
    if (report.skbs)
        return skb_listing(out, style, report);
    site_listing(out, style, report);
}

} // namespace ghostmem::output::text
