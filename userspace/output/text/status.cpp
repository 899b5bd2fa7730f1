#include "output/text/status.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/skbs.h"
#include "output/text/status_sites.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t label_width = 9;
constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t socket_worth_a_line = 4 * mib;
/// At most this many holders of ghosts get a line, and only those with at least worth_a_line bytes.
constexpr size_t ghost_lines = 4;
constexpr uint64_t worth_a_line = 2 * mib;

std::string label(std::string_view name) {
    return fmt::format("{:<{}}", name, label_width);
}

bool lost_nothing(const Status& status) {
    return std::ranges::all_of(status.lost, [](const Lost& lost) { return lost.count == 0; }) &&
           std::ranges::none_of(status.hooks,
                                [](const Hook& hook) { return hook.deaf_s.has_value(); });
}

/// Replaces underscores by spaces for display.
std::string words_of(std::string_view part) {
    std::string words(part);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string largest_part(const Ledger& ledger, LedgerGroup group) {
    const LedgerPart* largest = nullptr;
    for (const LedgerPart& part : ledger.parts) {
        if (part.group == group && (largest == nullptr || part.bytes > largest->bytes))
            largest = &part;
    }
    if (largest == nullptr || largest->bytes == 0)
        return {};
    return fmt::format("{} {}", words_of(largest->name), format_bytes(largest->bytes));
}

struct GhostShare {
    std::string what;
    uint64_t bytes;
    std::string note;
};

/// Returns the holders of ghosts, the largest first. Pages that belong to a socket and to a site
/// are counted in both.
std::vector<GhostShare> ghost_shares(const StatusReport& report) {
    std::vector<GhostShare> shares{
        {"in sockets", report.ghost_sockets_bytes().value_or(0), "leakctl sockets"},
        {"seen being taken", report.ghost_sites_bytes().value_or(0), "leakctl sites"},
        {"from before load", report.before_load_bytes().value_or(0), "not recorded"},
        {"seen, without a name", report.unnamed_bytes().value_or(0), "leakctl sites --class other"},
        {"lost from sight", report.lost_bytes().value_or(0), "at the most, see Lost"}};
    for (const Holder& holder : report.holders) {
        if (holder.part == HolderPart::ghost)
            shares.push_back({std::string(holder.what), holder.bytes.value_or(0), holder.detail});
    }
    std::erase_if(shares, [](const GhostShare& share) { return share.bytes < worth_a_line; });
    std::ranges::stable_sort(shares, std::greater{}, &GhostShare::bytes);
    shares.resize(std::min(shares.size(), ghost_lines));
    return shares;
}

// The output of one run: the stream and style that all its sections use.
class Page {
  public:
    Page(std::ostream& out, const Style& style) : out_(out), style_(style) {}
    void print(const StatusReport& report);

  private:
    void heading(const StatusReport& report);
    void memory(const StatusReport& report);
    void memory_line(const Ledger& ledger, std::string_view what, uint64_t bytes,
                     std::string_view note);
    void unexplained(const Ledger& ledger);
    void unknown_lines(const StatusReport& report);
    void odd_lines(const StatusReport& report);
    void hooks(const Status& status);
    void lost(const Status& status);
    void sockets_in_status(const StatusReport& report);
    void verdict(const Verdict& verdict);

    std::ostream& out_;
    const Style& style_;
};

void Page::heading(const StatusReport& report) {
    if (!report.status) {
        out_ << style_.bold("ghostmem") << "  " << report.without_module() << "\n\n";
        return;
    }
    const Status& status = *report.status;
    out_ << style_.bold("ghostmem " + status.version) << "  ";
    if (status.disabled_reason)
        out_ << "has turned itself off: " << *status.disabled_reason;
    else if (status.change)
        out_ << "mode " << name_of(status.mode) << ", " << name_of(*status.change)
             << " at the moment";
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

void Page::memory_line(const Ledger& ledger, std::string_view what, uint64_t bytes,
                       std::string_view note) {
    const double share =
        static_cast<double>(bytes) * 100 / static_cast<double>(std::max<uint64_t>(ledger.total, 1));
    out_ << fmt::format("{}{:<22}{:>11} {:>5.1f} %", label(""), what, format_bytes(bytes), share);
    if (!note.empty())
        out_ << "  " << note;
    out_ << '\n';
}

void Page::memory(const StatusReport& report) {
    const Ledger& ledger = report.ledger;
    out_ << label("Memory")
         << fmt::format("{:<22}{:>11} 100.0 %\n", "total", format_bytes(ledger.total));
    memory_line(ledger, "free", ledger.free, "");
    memory_line(ledger, "applications, cache", ledger.applications,
                largest_part(ledger, LedgerGroup::applications));
    memory_line(ledger, "kernel, accounted", ledger.kernel,
                largest_part(ledger, LedgerGroup::kernel));
    std::string note;
    if (!ledger.counted && ledger.ghost_error != 0)
        note = "± " + format_bytes(ledger.ghost_error);
    if (const auto known = report.known_bytes())
        note += fmt::format("{}{} known", note.empty() ? "" : "; ",
                            format_estimate(*known, report.ghost_sites_margin_bytes()));
    memory_line(ledger, ledger.counted ? "ghosts" : "ghosts, estimated", ledger.ghost, note);
    for (const GhostShare& share : ghost_shares(report))
        memory_line(ledger, "  " + share.what, share.bytes, share.note);
    unexplained(ledger);
    unknown_lines(report);
    odd_lines(report);
    for (const Holder& holder : report.holders) {
        if (holder.part == HolderPart::outside && holder.bytes.value_or(0) >= worth_a_line)
            out_ << label("")
                 << fmt::format("{:<22}{:>11}          not part of the total\n", holder.what,
                                format_bytes(*holder.bytes));
    }
}

void Page::unexplained(const Ledger& ledger) {
    if (!ledger.counted) {
        if (ledger.residual < 0)
            out_ << label("")
                 << fmt::format("(the lines overlap by {})\n",
                                format_bytes(static_cast<uint64_t>(-ledger.residual)));
        return;
    }
    const double share = static_cast<double>(ledger.residual) * 100 /
                         static_cast<double>(std::max<uint64_t>(ledger.total, 1));
    out_ << label("")
         << fmt::format("{:<22}{:>11} {:>5.1f} %\n", "does not add up",
                        format_signed_bytes(ledger.residual), share);
}

// A line that only this kernel has may account for ghosts, or be a part of another line.
void Page::unknown_lines(const StatusReport& report) {
    std::string text;
    for (const MeminfoLine& line : report.unknown_lines) {
        if (line.bytes >= worth_a_line)
            text += fmt::format("{}{} {}", text.empty() ? "lines not known here: " : ", ",
                                line.name, format_bytes(line.bytes));
    }
    if (!text.empty())
        out_ << label("") << wrapped(text, label("").size()) << '\n';
}

void Page::odd_lines(const StatusReport& report) {
    std::string text;
    for (const MeminfoOddLine& line : report.odd_lines)
        text += fmt::format("{}{}: {}", text.empty() ? "lines left out, as they cannot be: " : ", ",
                            line.name, line.value);
    if (!text.empty())
        out_ << label("") << wrapped(text, label("").size()) << '\n';
}

void Page::hooks(const Status& status) {
    const auto attached = std::ranges::count(status.hooks, HookState::attached, &Hook::state);
    const auto absent = std::ranges::count(status.hooks, HookState::absent, &Hook::state);
    const auto possible = std::ssize(status.hooks) - absent;
    std::string text = fmt::format("{} of {} attached", attached, possible);
    if (lost_nothing(status))
        text += ", no event lost";
    if (const auto unwound = unwound_ppm(status))
        text += fmt::format(", {:.1f} % of stacks unwound", *unwound / 1e4);
    out_ << label("Hooks") << wrapped(text, label("").size()) << '\n';
    for (const Hook& hook : status.hooks) {
        const bool complete = hook.state == HookState::attached || hook.state == HookState::absent;
        if (complete && !hook.deaf_s)
            continue;
        const std::string line =
            hook.deaf_s ? fmt::format("{} {}: {}", hook.name, deaf_words(hook), hook.consequence)
                        : fmt::format("{} is {}{}: {}", hook.name, name_of(hook.state),
                                      hook.needed ? " (needed)" : "", hook.consequence);
        out_ << label("") << wrapped(line, label("").size()) << '\n';
    }
}

void Page::lost(const Status& status) {
    std::string name = "Lost";
    for (const Lost& lost : status.lost) {
        if (lost.count == 0)
            continue;
        const std::string line = fmt::format("{} ({}): {}", count_of(lost.count, unit_of(lost)),
                                             lost.name, lost.meaning);
        out_ << label(name) << wrapped(line, label("").size()) << '\n';
        name.clear();
    }
}

// Prints the worst socket here unless the verdict already names it.
void Page::sockets_in_status(const StatusReport& report) {
    if (!report.sockets) {
        out_ << label("Sockets") << wrapped("not known: " + report.why_no_sockets, label("").size())
             << '\n';
        return;
    }
    const SocketSummary& sockets = *report.sockets;
    const Census& census = sockets.dump.census;
    out_ << label("Sockets")
         << fmt::format("{} pinned by {} in {}\n",
                        format_bytes(report.ghost_sockets_bytes().value_or(0)),
                        count_of(census.sockets, "socket"),
                        count_of(census.namespaces, "network namespace"));
    if (!sockets.worst || sockets.worst->pinned_bytes < socket_worth_a_line)
        return;
    const std::string text = sockets.worst->text();
    if (std::ranges::find(report.verdict.reasons, text) == report.verdict.reasons.end())
        out_ << label("") << wrapped(text, label("").size()) << '\n';
}

void Page::verdict(const Verdict& verdict) {
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

void Page::print(const StatusReport& report) {
    heading(report);
    memory(report);
    if (report.status) {
        out_ << '\n';
        hooks(*report.status);
        lost(*report.status);
        if (report.status->skb)
            out_ << label("Skbs") << wrapped(skb_line(*report.status->skb), label("").size())
                 << '\n';
        sockets_in_status(report);
        out_ << '\n';
        status_sites(out_, style_, report);
    }
    verdict(report.verdict);
}

} // namespace

void status(std::ostream& out, const Style& style, const StatusReport& report) {
    Page(out, style).print(report);
}

} // namespace ghostmem::output::text
