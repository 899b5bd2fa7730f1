#include "output/text/config.h"

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/base/units.h"
#include "lib/model/settings.h"

namespace ghostmem::output::text {

namespace {

// Formats a size in the form that parse_size() accepts.
std::string format_setting(uint64_t bytes) {
    constexpr std::string_view suffixes = "KMG";
    size_t suffix = 0;
    for (bytes >>= 10; bytes >= 1024 && suffix + 1 < suffixes.size(); bytes >>= 10)
        ++suffix;
    return fmt::format("{}{}", bytes, suffixes[suffix]);
}

} // namespace

void config(std::ostream& out, const Style& /* style */, const ConfigReport& report) {
    const Status& status = report.status;
    const Sampling now(status);
    out << "mode=" << name_of(status.mode) << '\n'
        << "interval=" << format_setting(interval_bytes(status.level_min, status.page_size)) << '\n'
        << "budget=" << (status.budget_ppm == 0 ? "off" : format_share(status.budget_ppm)) << '\n'
        << "skb=" << (status.skb ? "on" : "off") << '\n';
    if (report.forgotten_sites)
        out << fmt::format("# all records of pages were forgotten, of {}\n",
                           count_of(*report.forgotten_sites, "site"));
    if (status.mode == Mode::off)
        return;
    out << fmt::format("# costs {} of CPU, {} ns an allocation and its free",
                       format_cost(status.cost_ppm), status.pair_ns);
    if (now.level && *now.level != status.level_min)
        out << fmt::format("; to stay within the budget, samples are {} apart",
                           format_bytes(now.interval_bytes()));
    out << '\n';
}

} // namespace ghostmem::output::text
