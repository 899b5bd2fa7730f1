// Devices that leave memory behind whenever they are unbound.
#include <algorithm>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/base/units.h"
#include "lib/findings/cycles.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

constexpr size_t most_findings = 3;
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

std::string what_it_left(const VerdictInput& in, const AccountFinding& device) {
    const Identity& identity = device.account.identity;
    return fmt::format("Device {} ({}, driver {}) has left {} behind in {}, the largest part of it "
                       "taken in {}",
                       identity.name, identity.bus, identity.driver,
                       format_amount(device.left.bytes, in.margin(device.left.error)),
                       count_of(device.account.lives, "unbind"), device.left.sites.front().symbol);
}

std::string growing(const VerdictInput& in, const AccountFinding& device) {
    std::string sentence = fmt::format("{}; lately {} each time", what_it_left(in, device),
                                       format_bytes(device.finding.bytes_per_cycle));
    if (device.held.bytes != 0)
        sentence +=
            fmt::format("; apart from that it holds {} now", format_bytes(device.held.bytes));
    if (device.finding.shared)
        sentence += "; its driver has other devices, which may have taken some of it";
    return sentence + " (leakctl devices).";
}

std::string once(const VerdictInput& in, const AccountFinding& device) {
    return what_it_left(in, device) + ": a leak, or a cache that the driver keeps; more unbinds "
                                      "will tell (leakctl devices).";
}

Finding finding_of(const AccountFinding& device) {
    Finding finding{.bytes = device.left.bytes};
    for (const SiteView& site : device.left.sites)
        finding.sites.push_back(site.id);
    return finding;
}

// The devices are sorted: the one that has left most comes first.
std::vector<Finding> find(const VerdictInput& in) {
    std::vector<Finding> findings;
    if (in.devices == nullptr)
        return findings;
    for (const AccountFinding& device : *in.devices) {
        const bool grows = device.finding.trend == CycleTrend::grows;
        if (findings.size() == most_findings || (!grows && !may_leak(device)))
            continue;
        const bool leaks = grows && !device.finding.shared;
        Finding finding = finding_of(device);
        finding.level = leaks ? VerdictLevel::leak : VerdictLevel::warn;
        finding.confidence = leaks ? Confidence::likely : Confidence::possible;
        finding.sentence = grows ? growing(in, device) : once(in, device);
        findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace

extern const Rule device_cycles_rule{
    .name = "device_cycles",
    .finds = "A device of the PCI or the platform bus has been unbound from its driver (by sysfs, "
             "hot-unplug or a failed probe), and two seconds later pages were left that the driver "
             "had allocated for it; they are still allocated. After at least three unbinds, two of "
             "the later half of them left something; or after fewer, 1 MiB or more is left and the "
             "device has no driver now. The three devices that have left most are listed.",
    .levels = "A leak if unbinds go on leaving memory; a warning if the driver's module had other "
              "devices at the same time, or if there were too few unbinds to tell a leak from a "
              "cache.",
    .sure = "Likely: pages that a stack, a socket or a page pool still holds for a while after the "
            "unbind are counted as well, and a driver may hand memory to the next device on "
            "purpose. What is left once and no more is a cache, and is not listed. Possible with "
            "other devices of the driver, because what those did at the same time may be in it, "
            "and after few unbinds.",
    .check = "`leakctl devices` shows the functions, and what each unbind has left. Unbind the "
             "device from its driver and bind it again ten times: `MemAvailable` of "
             "`/proc/meminfo` falls by the same amount each time.",
    .find = find,
};

} // namespace ghostmem
