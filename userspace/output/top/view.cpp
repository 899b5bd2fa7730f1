#include "output/top/view.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/findings/growth.h"
#include "output/text/columns.h"
#include "output/text/site_cells.h"
#include "output/text/socket_cells.h"
#include "output/text/table.h"

namespace ghostmem::output {

using namespace text;

namespace {

/// Number of lines above the list, including its column titles, and below it.
constexpr size_t head_lines = 7;
constexpr size_t foot_lines = 1;

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Truncates text to `width` characters.
std::string cut(std::string text, size_t width) {
    size_t seen = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        if (!continues(text[at]) && seen++ == width) {
            text.resize(at);
            break;
        }
    }
    return text;
}

double percent(uint64_t bytes, const Ledger& ledger) {
    return static_cast<double>(bytes) * 100 /
           static_cast<double>(std::max<uint64_t>(ledger.total, 1));
}

std::string heading(const StatusReport& report) {
    if (!report.status)
        return "ghostmem: " + std::string(report.without_module());
    const Status& status = *report.status;
    if (status.disabled_reason)
        return "ghostmem " + status.version + ": has turned itself off: " + *status.disabled_reason;
    std::string text = fmt::format("ghostmem {}: {}", status.version, name_of(status.mode));
    if (status.mode != Mode::off)
        text += fmt::format(" for {}, costs {:.2f}% of CPU", format_age(status.armed_s),
                            static_cast<double>(status.cost_ppm) / 10'000);
    return text;
}

std::string memory(const Ledger& ledger) {
    return fmt::format("Memory {}: free {} {:.0f}%, apps {} {:.0f}%, kernel {} {:.0f}%",
                       format_bytes(ledger.total), format_bytes(ledger.free),
                       percent(ledger.free, ledger), format_bytes(ledger.applications),
                       percent(ledger.applications, ledger), format_bytes(ledger.kernel),
                       percent(ledger.kernel, ledger));
}

std::string ghosts(const StatusReport& report) {
    const Ledger& ledger = report.ledger;
    std::string text = fmt::format("Ghosts {} ({:.1f}%)", format_bytes(ledger.ghost),
                                   percent(ledger.ghost, ledger));
    const auto put = [&](std::string_view what, const std::optional<uint64_t>& bytes) {
        if (bytes)
            text += fmt::format("{} {} {}", text.find(':') == std::string::npos ? ":" : ",", what,
                                format_bytes(*bytes));
    };
    put("sockets", report.ghost_sockets_bytes());
    put("sites", report.ghost_sites_bytes());
    if (report.ghost_holders_bytes() != 0)
        put("holders", report.ghost_holders_bytes());
    put("before load", report.before_load_bytes());
    if (ledger.counted)
        text += fmt::format("; off by {}", format_signed_bytes(ledger.residual));
    return text;
}

TopLine verdict(const Verdict& verdict) {
    constexpr TopStyle styles[] = {TopStyle::good, TopStyle::warning, TopStyle::bad};
    return {fmt::format("Verdict {}: {}", name_of(verdict.level),
                        verdict.reasons.empty() ? "" : verdict.reasons.front()),
            styles[static_cast<size_t>(verdict.level)]};
}

Table site_table(const StatusReport& report, SortKey sort) {
    ListOptions options;
    options.sort = sort;
    options.by = GroupBy::function;
    options.also = [&](const SiteView& view) {
        return is_conspicuous(view, report.thresholds, report.ledger.total);
    };
    const SiteSelection selection = select_sites(report.sites, options);
    const bool all_ghosts = std::ranges::all_of(
        selection.rows(), [](const SiteView& view) { return view.cls == SiteClass::direct; });
    Columns<SiteView> columns{{all_ghosts ? "GHOSTS" : "BYTES", Align::right, live_bytes_cell}};
    columns.add_if(selection.error.has_value(), {"±", Align::right, margin_cell});
    columns.add({"GROWTH", Align::right, growth_cell});
    columns.add({"AGE", Align::right, age_cell});
    columns.add_if(!all_ghosts, {"CLASS", Align::left, class_cell});
    columns.add({"MODULE", Align::left, module_cell, narrowest_module});
    columns.add({"FUNCTION", Align::left, function_cell, narrowest_function});
    Table table = columns.table();
    for (const SiteView& view : selection.rows())
        table.add(columns.cells(view));
    return table;
}

Table socket_table(const StatusReport& report) {
    const uint32_t page_size = report.status ? report.status->page_size : 0;
    const Columns<Socket> columns{
        {"PINNED", Align::right,
         [page_size](const Socket& socket) { return pinned_cell(socket, page_size); }},
        {"AMPL", Align::right,
         [page_size](const Socket& socket) { return amplification_cell(socket.held, page_size); }},
        {"DATA", Align::right, [](const Socket& socket) { return bytes_cell(socket.held.bytes); }},
        {"IDLE", Align::right, idle_cell},
        {"PROCESS", Align::left, process_cell},
        {"ADDRESS", Align::left, address_words}};
    Table table = columns.table();
    if (!report.sockets || !report.status)
        return table;
    for (const Socket& socket : report.sockets->dump.sockets) {
        if (socket.holds_anything())
            table.add(columns.cells(socket));
    }
    return table;
}

Table module_table(const StatusReport& report) {
    struct Sum {
        uint64_t bytes = 0;
        size_t sites = 0;
    };
    std::map<std::string, Sum> sums;
    for (const SiteView& view : report.sites) {
        if (!driver_classes().contains(view.cls))
            continue;
        Sum& sum = sums[view.module.empty() ? "(kernel image)" : module_cell(view)];
        sum.bytes += view.live_bytes;
        ++sum.sites;
    }
    std::vector<std::pair<std::string, Sum>> sorted(sums.begin(), sums.end());
    std::ranges::stable_sort(
        sorted, [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
    Table table({{"HOLDS", Align::right}, {"SITES", Align::right}, {"MODULE"}});
    for (const auto& [module, sum] : sorted)
        table.add({format_bytes(sum.bytes), std::to_string(sum.sites), module});
    return table;
}

Table holder_table(const StatusReport& report) {
    const Columns<Holder> columns{
        {"HOLDS", Align::right,
         [](const Holder& holder) { return holder.bytes ? format_bytes(*holder.bytes) : "?"; }},
        {"HOLDER", Align::left, [](const Holder& holder) { return std::string(holder.what); }},
        {"PART OF", Align::left,
         [](const Holder& holder) { return std::string(name_of(holder.part)); }},
        {"DETAIL", Align::left, [](const Holder& holder) {
             return holder.bytes ? holder.detail : "needs " + holder.evidence;
         }}};
    std::vector<Holder> holders = report.holders;
    std::ranges::stable_sort(holders, std::greater{},
                             [](const Holder& holder) { return holder.bytes.value_or(0); });
    Table table = columns.table();
    for (const Holder& holder : holders)
        table.add(columns.cells(holder));
    return table;
}

Table list_of(const StatusReport& report, const TopState& state) {
    switch (state.panel) {
    case TopPanel::sockets:
        return socket_table(report);
    case TopPanel::modules:
        return module_table(report);
    case TopPanel::holders:
        return holder_table(report);
    case TopPanel::sites:
        break;
    }
    return site_table(report, state.sort);
}

/// Returns the lines of the table; the first one holds the column titles.
std::vector<std::string> lines_of(const Table& table, size_t width) {
    std::ostringstream text;
    table.print(text, Style(false, width));
    std::vector<std::string> lines;
    std::istringstream in(text.str());
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

std::string foot(const TopState& state) {
    return fmt::format(
        "q quit  h help  p {}  s sites  k sockets  m modules  o holders  b a g order",
        state.paused ? "go on" : "pause");
}

const std::vector<std::string>& help_lines() {
    static const std::vector<std::string> lines{
        "Keys of leakctl top",
        "",
        "  s  k  m  o   ghosts by site, sockets, modules, known holders; Tab: the next of them",
        "  b  a  g      order of sites: by bytes, by age, by growth",
        "  Up Down      scroll, as PgUp PgDn Home End",
        "  Space        look again now",
        "  p            pause, and go on",
        "  +  -         look half as often, twice as often",
        "  h  ?         this page",
        "  q            quit",
        "",
        "Any key goes back.",
    };
    return lines;
}

void add_list(TopFrame& frame, const std::vector<std::string>& list, TopState& state,
              size_t height) {
    frame.all = list.size() - 1;
    frame.rows = height > head_lines + foot_lines ? height - head_lines - foot_lines : 0;
    state.first = std::min(state.first, frame.all > frame.rows ? frame.all - frame.rows : 0);
    frame.lines.push_back({list.front(), TopStyle::heading});
    for (size_t row = state.first; row < std::min(state.first + frame.rows, frame.all); ++row)
        frame.lines.push_back({list[row + 1], TopStyle::plain});
}

} // namespace

TopFrame draw_top(const StatusReport& report, TopState& state, size_t width, size_t height) {
    TopFrame frame;
    if (state.help) {
        for (const std::string& line : help_lines())
            frame.lines.push_back({line, TopStyle::plain});
    } else {
        frame.lines = {{heading(report), TopStyle::bold},
                       {memory(report.ledger), TopStyle::plain},
                       {ghosts(report), TopStyle::plain},
                       verdict(report.verdict),
                       {}};
        add_list(frame, lines_of(list_of(report, state), width), state, height);
        while (frame.lines.size() + foot_lines < height)
            frame.lines.push_back({});
        frame.lines.push_back({foot(state), TopStyle::heading});
    }
    frame.lines.resize(std::min(frame.lines.size(), height));
    for (TopLine& line : frame.lines)
        line.text = cut(std::move(line.text), width);
    return frame;
}

} // namespace ghostmem::output
