#include "output/text/output.h"

#include <cmath>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem::output {

namespace {

// An order above any kernel's is not worth a word.
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

// As parse_size() reads it.
std::string format_setting(uint64_t bytes) {
    constexpr std::string_view suffixes = "KMG";
    size_t suffix = 0;
    for (bytes >>= 10; bytes >= 1024 && suffix + 1 < suffixes.size(); bytes >>= 10)
        ++suffix;
    return fmt::format("{}{}", bytes, suffixes[suffix]);
}

} // namespace

std::vector<std::string> stack_lines(const SiteView& view) {
    std::vector<std::string> lines;
    const std::vector<Frame>& frames = view.site.frames;
    for (size_t i = view.shown_from; i < frames.size(); ++i)
        lines.push_back("        " + describe(frames[i]));
    if ((view.site.flags & GHOSTMEM_SITE_F_CUT) != 0)
        lines.emplace_back("        ...");
    if ((view.site.flags & GHOSTMEM_SITE_F_NO_CALLER) != 0)
        lines.emplace_back("        (no caller)");
    else if (frames.empty())
        lines.emplace_back("        (no stack)");
    lines.emplace_back();
    return lines;
}

std::string margin_cell(const SiteView& view) {
    return view.margin_bytes ? format_bytes(*view.margin_bytes) : "";
}

// A minute: what leaks slowly gives a page now and then, what leaks fast is read as well.
std::string growth_cell(const SiteView& view) {
    if (view.growth.empty())
        return "-";
    const auto bytes = static_cast<int64_t>(std::llround(view.growth.back().bytes_per_s * 60));
    return (bytes == 0 ? "0 B" : format_signed_bytes(bytes)) + "/min";
}

std::string module_cell(const SiteView& view) {
    if (view.module.empty())
        return "-";
    return view.module_state == CodeState::unloaded ? view.module + " (unloaded)" : view.module;
}

std::string age_cell(const SiteView& view) {
    if (!view.site.oldest_s)
        return "-";
    const bool at_least = (view.site.flags & GHOSTMEM_SITE_F_OLDEST_MIN) != 0;
    return (at_least ? ">" : "") + format_age(*view.site.oldest_s);
}

void TextOutput::listing(const SitesReport& report, const std::string& noun) {
    const SiteSelection& selection = report.selection;
    const std::string total = fmt::format(
        "{}, {}", count_of(selection.matched, noun),
        format_amount(selection.matched_bytes, report.sampling.margin(selection.error)));
    if (selection.sites.empty()) {
        out_ << (selection.matched == 0 ? fmt::format("no {}s", noun) : total) << '\n';
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
    table.print(out_, style_);
    out_ << total;
    if (selection.sites.size() < selection.matched)
        out_ << fmt::format("; the first {} shown", selection.sites.size());
    out_ << '\n';
    if (growth)
        growth_note(selection);
}

void TextOutput::growth_note(const SiteSelection& selection) {
    const std::vector<Growth>& known = selection.sites.front().growth;
    if (known.empty())
        out_ << "growth is known after two windows of 10s: some 20s after recording began\n";
    else
        out_ << fmt::format("growth of the least held, from one window of {} to the next\n",
                            format_age(known.back().span_s));
}

void TextOutput::sites(const SitesReport& report) {
    if (report.skbs)
        return skb_listing(report);
    listing(report, "site");
}

void TextOutput::trace(const TraceReport& report) {
    out_ << fmt::format(
        "Allocated within {}{} and still held{}:\n", format_age(report.until_s - report.since_s),
        report.interrupted ? " (interrupted)" : "",
        report.settled.count() == 0
            ? ""
            : fmt::format(" {} later", format_age(static_cast<uint64_t>(report.settled.count()))));
    listing(report.list, "site");
}

void TextOutput::config(const Status& status) {
    const Sampling now(status);
    out_ << "mode=" << name_of(status.mode) << '\n'
         << "interval=" << format_setting(interval_bytes(status.level_min, status.page_size))
         << '\n'
         << "budget=" << (status.budget_ppm == 0 ? "off" : format_share(status.budget_ppm)) << '\n'
         << "skb=" << (status.skb ? "on" : "off") << '\n';
    if (status.mode == Mode::off)
        return;
    out_ << fmt::format("# costs {} of CPU, {} ns an allocation and its free",
                        format_cost(status.cost_ppm), status.pair_ns);
    if (now.level && *now.level != status.level_min)
        out_ << fmt::format("; to stay within the budget, samples are {} apart",
                            format_bytes(now.interval_bytes()));
    out_ << '\n';
}

void TextOutput::reset() {
    out_ << "reset: all records are forgotten, recording starts again from now\n";
}

} // namespace ghostmem::output
