// `leakctl status` as text: fits 80x24 when all is well.
#include <algorithm>

#include <fmt/format.h>

#include "lib/units.h"
#include "output/text_output.h"

namespace ghostmem::output {

namespace {

constexpr size_t top_count = 5;
constexpr size_t line_width = 80;
constexpr size_t label_width = 9;

std::string label(std::string_view name) {
    return fmt::format("{:<{}}", name, label_width);
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

// Breaks at spaces; every line but the first is indented.
std::string wrapped(const std::string& text, size_t indent) {
    std::string result;
    size_t column = indent;
    for (size_t from = 0; from < text.size();) {
        const size_t space = std::min(text.find(' ', from), text.size());
        const std::string word = text.substr(from, space - from);
        const bool first = column == indent;
        if (!first && column + 1 + word.size() > line_width) {
            result += "\n" + std::string(indent, ' ') + word;
            column = indent + word.size();
        } else {
            result += (first ? "" : " ") + word;
            column += word.size() + (first ? 0 : 1);
        }
        from = space + 1;
    }
    return result;
}

std::string plus_minus(const StatusReport& report) {
    const auto margin = report.ghost_sites_margin_bytes();
    return margin ? " ± " + format_bytes(*margin) : "";
}

} // namespace

void TextOutput::heading(const StatusReport& report) {
    if (!report.status) {
        out_ << style_.bold("ghostmem") << "  module not loaded\n\n";
        return;
    }
    const Status& status = *report.status;
    out_ << style_.bold("ghostmem " + status.version) << "  ";
    if (status.disabled_reason)
        out_ << "has turned itself off: " << *status.disabled_reason;
    else if (status.mode == Mode::off)
        out_ << "mode off, nothing is recorded";
    else
        out_ << "mode " << name_of(status.mode) << ", recording for " << format_age(status.armed_s)
             << ", costs " << format_cost(status.cost_ppm) << " of CPU, "
             << format_bytes(status.map_bytes + status.sites_bytes);
    if (const uint64_t interval = Sampling(status).interval_bytes())
        out_ << "\nestimates from a sample every " << format_bytes(interval)
             << ", true to ± in 95 of 100";
    out_ << "\n\n";
}

void TextOutput::memory(const StatusReport& report) {
    const Ledger& ledger = report.ledger;
    const auto line = [&](std::string_view name, std::string_view what, uint64_t bytes,
                          std::string_view note) {
        const double share = static_cast<double>(bytes) * 100 /
                             static_cast<double>(std::max<uint64_t>(ledger.total, 1));
        std::string text =
            fmt::format("{}{:<22}{:>11} {:>5.1f} %", label(name), what, format_bytes(bytes), share);
        if (!note.empty())
            text += fmt::format("  {}", note);
        out_ << text << '\n';
    };
    line("Memory", "total", ledger.total, "");
    line("", "free", ledger.free, "");
    line("", "applications, cache", ledger.applications, "");
    line("", "kernel, accounted", ledger.kernel, "");
    std::string note;
    if (const auto sites = report.ghost_sites_bytes())
        note = fmt::format("{}{} of it seen", format_bytes(*sites), plus_minus(report));
    line("", "ghosts, estimated", ledger.ghost, note);
    if (ledger.residual < 0)
        out_ << label("")
             << fmt::format("(the lines overlap by {})\n",
                            format_bytes(static_cast<uint64_t>(-ledger.residual)));
}

void TextOutput::hooks(const Status& status) {
    std::vector<std::string> attached;
    for (const Hook& hook : status.hooks) {
        if (hook.state == HookState::attached)
            attached.push_back(hook.name);
    }
    std::string text = fmt::format("{} of {} attached", attached.size(), status.hooks.size());
    if (!attached.empty())
        text += ": " + join(attached);
    out_ << label("Hooks") << wrapped(text, label("").size()) << '\n';
    for (const Hook& hook : status.hooks) {
        if (hook.state == HookState::attached)
            continue;
        const std::string line = fmt::format("{} is {}{}: {}", hook.name, name_of(hook.state),
                                             hook.needed ? " (needed)" : "", hook.consequence);
        out_ << label("") << wrapped(line, label("").size()) << '\n';
    }
}

void TextOutput::lost(const Status& status) {
    std::string name = "Lost";
    for (const Lost& lost : status.lost) {
        if (lost.count == 0)
            continue;
        const std::string line =
            fmt::format("{} ({}): {}", count_of(lost.count, "event"), lost.name, lost.meaning);
        out_ << label(name) << wrapped(line, label("").size()) << '\n';
        name.clear();
    }
    if (!name.empty())
        out_ << label(name) << "no events\n";
}

void TextOutput::top_ghosts(const StatusReport& report) {
    ListOptions options;
    options.top = top_count;
    const SiteSelection top = select_sites(report.sites, options);
    out_ << '\n';
    if (top.sites.empty()) {
        out_ << label("Sites") << (report.sites_known ? "no ghosts seen" : "not known") << '\n';
        return;
    }
    std::vector<Table::Column> columns{{"GHOSTS", Align::right}};
    if (top.error)
        columns.push_back({"±", Align::right});
    columns.insert(columns.end(), {{"AGE", Align::right}, {"MODULE"}, {"FUNCTION"}});
    Table table(std::move(columns));
    for (const SiteView& view : top.sites) {
        std::vector<std::string> cells{format_bytes(view.live_bytes)};
        if (top.error)
            cells.push_back(margin_cell(view));
        cells.insert(cells.end(), {age_cell(view), module_cell(view), view.symbol});
        table.add(std::move(cells));
    }
    table.print(out_, style_);
    if (top.matched > top.sites.size())
        out_ << fmt::format("and {}: leakctl sites\n",
                            count_of(top.matched - top.sites.size(), "more site"));
}

void TextOutput::verdict(const Verdict& verdict) {
    std::string word;
    switch (verdict.level) {
    case VerdictLevel::ok:
        word = style_.good("ok");
        break;
    case VerdictLevel::warn:
        word = style_.warning("warn");
        break;
    case VerdictLevel::leak:
        word = style_.bad("leak");
        break;
    }
    out_ << '\n' << label("Verdict") << word << '\n';
    for (const std::string& reason : verdict.reasons)
        out_ << label("") << wrapped(reason, label("").size()) << '\n';
}

void TextOutput::status(const StatusReport& report) {
    heading(report);
    memory(report);
    if (report.status) {
        out_ << '\n';
        hooks(*report.status);
        lost(*report.status);
        top_ghosts(report);
    }
    verdict(report.verdict);
}

} // namespace ghostmem::output
