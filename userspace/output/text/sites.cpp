#include "output/text/sites.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/site_cells.h"
#include "output/text/skbs.h"
#include "output/text/table.h"

namespace ghostmem::output::text {

namespace {

// Orders that no kernel supports are not printed.
std::string pages_cell(const SiteView& view) {
    const uint64_t pages = view.subject_pages();
    if (view.site.order == 0 || view.site.order > 20)
        return fmt::format("{}", pages);
    return fmt::format("{} (order {})", pages, view.site.order);
}

std::string rate_cell(const SiteView& view) {
    if (!view.rate)
        return "-";
    return format_signed_bytes(static_cast<int64_t>(*view.rate)) + "/s";
}

} // namespace

void site_listing(std::ostream& out, const Style& style, const SitesReport& report) {
    const SiteSelection& selection = report.selection;
    const std::string total = fmt::format(
        "{}, {}", count_of(selection.matched, "site"),
        format_amount(selection.matched_bytes, report.sampling.margin(selection.error)));
    if (selection.sites.empty()) {
        out << (selection.matched == 0 ? "no sites" : total) << '\n';
        return;
    }
    const bool rates = report.interval.has_value();
    const bool growth = report.sort == SortKey::growth;
    const bool estimates = selection.error.has_value();
    std::vector<Table::Column> columns{{"BYTES", Align::right}};
    if (estimates)
        columns.push_back({"±", Align::right});
    columns.push_back({"PAGES", Align::right});
    if (rates)
        columns.push_back({"RATE", Align::right});
    if (growth)
        columns.push_back({"GROWTH", Align::right});
    columns.insert(columns.end(), {{"AGE", Align::right},
                                   {"CLASS", Align::left},
                                   {"MODULE", Align::left},
                                   {"FUNCTION", Align::left}});
    Table table(std::move(columns));
    for (const SiteView& view : selection.sites) {
        std::vector<std::string> cells{format_bytes(view.subject_bytes())};
        if (estimates)
            cells.push_back(margin_cell(view));
        cells.push_back(pages_cell(view));
        if (rates)
            cells.push_back(rate_cell(view));
        if (growth)
            cells.push_back(growth_cell(view));
        cells.insert(cells.end(), {age_cell(view), std::string(name_of(view.cls)),
                                   module_cell(view), view.function});
        table.add(std::move(cells), report.stacks ? stack_lines(view) : std::vector<std::string>{});
    }
    table.print(out, style);
    out << total;
    if (selection.sites.size() < selection.matched)
        out << fmt::format("; the first {} shown", selection.sites.size());
    out << '\n';
    if (growth)
        growth_note(out, selection);
}

void growth_note(std::ostream& out, const SiteSelection& selection) {
    const std::vector<Growth>& known = selection.sites.front().growth;
    if (known.empty())
        out << "growth is known after two windows of 10s: some 20s after recording began\n";
    else
        out << fmt::format("growth of the least held, from one window of {} to the next\n",
                           format_age(known.back().span_s));
}

void sites(std::ostream& out, const Style& style, const SitesReport& report) {
    if (report.skbs)
        return skb_listing(out, style, report);
    site_listing(out, style, report);
}

} // namespace ghostmem::output::text
