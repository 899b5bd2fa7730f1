#include "lib/findings/verdict_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"

namespace ghostmem {

std::optional<uint64_t> VerdictInput::margin(const std::optional<Uncertainty>& error) const {
    return status ? Sampling(*status).margin(error) : std::nullopt;
}

bool VerdictInput::lines_are_missing() const {
    return std::ranges::any_of(odd_lines, [](const MeminfoOddLine& line) { return line.needed; });
}

uint64_t VerdictInput::percent(uint64_t bytes) const {
    const double total = static_cast<double>(std::max<uint64_t>(ledger.total, 1));
    return static_cast<uint64_t>(static_cast<double>(bytes) * 100 / total);
}

std::string in_module(const SiteView& site) {
    if (site.module.empty())
        return {};
    const bool gone = site.module_state == CodeState::unloaded;
    return fmt::format(" [{}{}]", site.module, gone ? ", unloaded" : "");
}

} // namespace ghostmem
