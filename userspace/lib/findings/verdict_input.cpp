#include "lib/findings/verdict_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/attribution/frame_origin.h"
#include "lib/base/units.h"

namespace ghostmem {

std::optional<uint64_t> VerdictInput::margin(const std::optional<Uncertainty>& error) const {
    return status ? Sampling(*status).margin(error) : std::nullopt;
}

bool VerdictInput::lines_are_missing() const {
    return std::ranges::any_of(odd_lines, [](const MeminfoOddLine& line) { return line.needed; });
}

const Holder* VerdictInput::largest_holder(bool on_purpose) const {
    const Holder* largest = nullptr;
    for (const Holder& holder : holders) {
        if (holder.part == HolderPart::ghost && holder.on_purpose == on_purpose &&
            holder.bytes.value_or(0) > (largest == nullptr ? 0 : *largest->bytes))
            largest = &holder;
    }
    return largest;
}

uint64_t VerdictInput::percent(uint64_t bytes) const {
    const double total = static_cast<double>(std::max<uint64_t>(ledger.total, 1));
    return static_cast<uint64_t>(static_cast<double>(bytes) * 100 / total);
}

std::string in_module(const SiteView& site) {
    const std::string_view note = note_on(origin_of(site));
    if (site.module.empty())
        return std::string(note);
    const bool gone = site.module_state == CodeState::unloaded;
    return fmt::format(" [{}{}]{}", site.module, gone ? ", unloaded" : "", note);
}

std::string described(const Holder& holder) {
    return fmt::format("{} {}{}{}", holder.what, format_bytes(holder.bytes.value_or(0)),
                       holder.detail.empty() ? "" : ": ", holder.detail);
}

} // namespace ghostmem
