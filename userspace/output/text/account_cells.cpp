#include "output/text/account_cells.h"

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/site_cells.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t sites_shown = 3;

std::string trend_words(const AccountFinding& found) {
    // A module that has gone has no cache any more.
    if (found.account.state == AccountState::unloaded)
        return found.left.bytes == 0 ? "" : "nobody is there any more who would free what is left";
    switch (found.finding.trend) {
    case CycleTrend::grows:
        return fmt::format("a leak: lately {} are left each time",
                           format_bytes(found.finding.bytes_per_cycle));
    case CycleTrend::cache:
        return "a cache: later times have left no more";
    case CycleTrend::unknown:
        return "a leak or a cache: more unbinds will tell";
    case CycleTrend::clean:
        break;
    }
    return {};
}

} // namespace

std::string remains_cell(const Remains& remains, const Sampling& sampling) {
    if (remains.bytes == 0)
        return "-";
    std::string text = format_bytes(remains.bytes);
    if (const auto margin = sampling.margin(remains.error))
        text += " ± " + format_bytes(*margin);
    return text;
}

std::vector<std::string> account_notes(const AccountFinding& found) {
    std::vector<std::string> notes;
    if (std::string words = trend_words(found); !words.empty())
        notes.push_back(std::move(words));
    if (found.is(GHOSTMEM_ACCOUNT_F_SHARED) || found.finding.shared)
        notes.emplace_back("its driver has, or had, other devices: what those did may be in it");
    if (found.is(GHOSTMEM_ACCOUNT_F_LATE))
        notes.emplace_back("was there before recording began: more may be held");
    if (found.is(GHOSTMEM_ACCOUNT_F_SETTLING))
        notes.emplace_back("its receipt is still to come");
    if (found.is(GHOSTMEM_ACCOUNT_F_CUT))
        notes.emplace_back("too many sites: some are not counted");
    return notes;
}

std::vector<std::string> remains_lines(const Remains& remains, const char* word, bool stacks) {
    std::vector<std::string> lines;
    size_t shown = 0;
    for (const SiteView& view : remains.sites) {
        if (!stacks && shown++ == sites_shown) {
            lines.push_back(fmt::format("        and {} more that {}",
                                        count_of(remains.sites.size() - sites_shown, "site"),
                                        word));
            break;
        }
        lines.push_back(fmt::format("        {} {} taken in {}{}", word,
                                    format_bytes(view.live_bytes), view.function,
                                    view.module.empty() ? "" : " [" + module_cell(view) + "]"));
        if (stacks) {
            for (std::string& line : stack_lines(view))
                lines.push_back(line.empty() ? line : "        " + line);
        }
    }
    return lines;
}

} // namespace ghostmem::output::text
