#include "lib/findings/cycle_reasons.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

namespace {

constexpr size_t most_reasons = 3;
/// A driver may well keep less than this for as long as it is loaded.
constexpr uint64_t much_left_bytes = 1 << 20;

bool is_of_unloaded_code(const Remains& left) {
    return std::ranges::all_of(
        left.sites, [](const SiteView& view) { return view.module_state == CodeState::unloaded; });
}

bool may_leak(const AccountFinding& device) {
    return device.finding.trend == CycleTrend::unknown && device.left.bytes >= much_left_bytes &&
           device.account.state != AccountState::bound && !is_of_unloaded_code(device.left);
}

std::string what_it_left(const AccountFinding& device, const Sampling& sampling) {
    const Identity& identity = device.account.identity;
    return fmt::format("Device {} ({}, driver {}) has left {} behind in {}", identity.name,
                       identity.bus, identity.driver,
                       format_amount(device.left.bytes, sampling.margin(device.left.error)),
                       count_of(device.account.lives, "unbind"));
}

std::string where(const AccountFinding& device) {
    const SiteView& largest = device.left.sites.front();
    return fmt::format("the largest part of it taken in {}", largest.symbol);
}

std::string growing(const AccountFinding& device, const Sampling& sampling) {
    std::string sentence =
        fmt::format("{}, lately {} each time, {}", what_it_left(device, sampling),
                    format_bytes(device.finding.bytes_per_cycle), where(device));
    if (device.held.bytes != 0)
        sentence +=
            fmt::format("; apart from that it holds {} now", format_bytes(device.held.bytes));
    if (device.finding.shared)
        sentence += "; its driver has other devices, which may have taken some of it";
    return sentence + " (leakctl devices).";
}

std::string once(const AccountFinding& device, const Sampling& sampling) {
    return fmt::format("{}, {}: a leak, or a cache that the driver keeps; more unbinds will tell "
                       "(leakctl devices).",
                       what_it_left(device, sampling), where(device));
}

} // namespace

std::vector<CycleReason> cycle_reasons(const std::vector<AccountFinding>& devices,
                                       const Sampling& sampling) {
    std::vector<CycleReason> reasons;
    for (const AccountFinding& device : devices) {
        if (reasons.size() == most_reasons)
            break;
        if (device.finding.trend == CycleTrend::grows)
            reasons.push_back({!device.finding.shared, growing(device, sampling)});
        else if (may_leak(device))
            reasons.push_back({false, once(device, sampling)});
    }
    return reasons;
}

} // namespace ghostmem
