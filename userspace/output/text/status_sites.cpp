#include "output/text/status_sites.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "lib/attribution/frame_origin.h"
#include "lib/base/units.h"
#include "lib/findings/growth.h"
#include "output/text/columns.h"
#include "output/text/site_cells.h"
#include "output/text/table.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t top_count = 3;

// Rows that have been listed are moved from and have no ids any more.
void list(std::vector<SiteView>& rows, SiteView& row) {
    rows.push_back(std::move(row));
    row.ids.clear();
    row.live_bytes = 0;
}

/// The functions that the verdict names, in its order and whatever their class, then those that
/// hold most of the ghosts.
std::vector<SiteView> rows_of(const StatusReport& report) {
    ListOptions options;
    options.classes = ClassSet(all_classes().begin(), all_classes().end());
    options.by = GroupBy::function;
    std::vector<SiteView> all = select_sites(report.sites, options).merged;
    std::vector<SiteView> rows;
    for (const Finding& finding : report.verdict.findings) {
        for (const uint64_t id : finding.sites) {
            const auto row = std::ranges::find_if(all, [&](const SiteView& one) {
                return std::ranges::find(one.ids, id) != one.ids.end();
            });
            if (row != all.end() && rows.size() < top_count)
                list(rows, *row);
        }
    }
    const size_t most = rows.empty() ? top_count : top_count + 1;
    for (SiteView& row : all) {
        if (row.cls == SiteClass::direct && row.live_bytes != 0 && rows.size() < most)
            list(rows, row);
    }
    return rows;
}

/// Who allocates a block of the shared fragment cache is not to be taken for who keeps it.
std::string symbol_cell(const SiteView& view) {
    const bool shared = origin_of(view) == Origin::shared_fragments;
    return shared ? "(shared fragments) " + view.symbol : view.symbol;
}

} // namespace

void status_sites(std::ostream& out, const Style& style, const StatusReport& report) {
    const std::vector<SiteView> rows = rows_of(report);
    if (rows.empty()) {
        out << "Sites    " << (report.sites_known ? "no ghosts seen" : "not known");
        if (const auto most =
                report.sites_known ? Sampling(*report.status).nothing_seen_bytes() : std::nullopt)
            out << fmt::format("; there may be up to {}, in 95 of 100 cases", format_bytes(*most));
        out << '\n';
        return;
    }
    const auto is_ghost = [](const SiteView& view) { return view.cls == SiteClass::direct; };
    const bool margins = std::ranges::any_of(
        rows, [](const SiteView& view) { return view.margin_bytes.has_value(); });
    const bool growth = std::ranges::any_of(
        rows, [&](const SiteView& view) { return rise_of(view, report.thresholds).has_value(); });
    const bool all_ghosts = std::ranges::all_of(rows, is_ghost);
    Columns<SiteView> columns{{all_ghosts ? "GHOSTS" : "BYTES", Align::right, live_bytes_cell}};
    columns.add_if(margins, {std::string(style.plus_minus()), Align::right, margin_cell});
    columns.add_if(growth, {"GROWTH", Align::right, growth_cell});
    columns.add({"AGE", Align::right, age_cell});
    columns.add_if(!all_ghosts, {"CLASS", Align::left, class_cell});
    columns.add({"MODULE", Align::left, module_cell, narrowest_module});
    columns.add({"FUNCTION", Align::left, symbol_cell, narrowest_function});
    Table table = columns.table();
    for (const SiteView& view : rows)
        table.add(columns.cells(view));
    table.print(out, style);
    const auto ghosts = static_cast<size_t>(std::ranges::count_if(report.sites, is_ghost));
    size_t shown = 0;
    for (const SiteView& view : rows)
        shown += is_ghost(view) ? view.stacks() : 0;
    if (ghosts > shown)
        out << fmt::format("and {}: leakctl sites\n", count_of(ghosts - shown, "more ghost site"));
}

} // namespace ghostmem::output::text
