#include "output/text/sites.h"

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

// Orders that no kernel supports are not printed.
std::string pages_cell(const SiteView& view) {
    const uint64_t pages = view.subject_pages();
    if (view.site.order == 0 || view.site.order > 20)
        return fmt::format("{}", pages);
    return fmt::format("{} (order {})", pages, view.site.order);
}

std::string class_cell(const SiteView& view) {
    return std::string(name_of(view.cls));
}

std::string rate_cell(const SiteView& view) {
    if (!view.rate)
        return "-";
    return format_signed_bytes(static_cast<int64_t>(*view.rate)) + "/s";
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
    const bool growth = report.sort == SortKey::growth;
    Columns<SiteView> columns{{"BYTES", Align::right, [](const SiteView& view) {
                                   return format_bytes(view.subject_bytes());
                               }}};
    columns.add_if(selection.error.has_value(), {"±", Align::right, margin_cell});
    columns.add({"PAGES", Align::right, pages_cell});
    columns.add_if(report.interval.has_value(), {"RATE", Align::right, rate_cell});
    columns.add_if(growth, {"GROWTH", Align::right, growth_cell});
    columns.add({"AGE", Align::right, age_cell});
    columns.add({"CLASS", Align::left, class_cell});
    columns.add({"MODULE", Align::left, module_cell});
    columns.add({"FUNCTION", Align::left, function_cell});
    Table table = columns.table();
    for (const SiteView& view : selection.sites)
        table.add(columns.cells(view),
                  report.stacks ? stack_lines(view) : std::vector<std::string>{});
    table.print(out, style);
    out << total;
    if (selection.sites.size() < selection.matched)
        out << fmt::format("; the first {} shown", selection.sites.size());
    out << '\n';
    if (growth)
        growth_note(out, selection);
    listing_notes(out, report);
}

void growth_note(std::ostream& out, const SiteSelection& selection) {
    std::set<uint32_t> spans;
    for (const SiteView& view : selection.sites) {
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
