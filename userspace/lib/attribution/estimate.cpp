#include "lib/attribution/estimate.h"
#include "lib/base/units.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace ghostmem {

namespace {

constexpr double z = 1.96; // 95 %, two-sided

uint64_t rounded(double value) {
    constexpr double most = 1.8e19; // below 2^64
    return static_cast<uint64_t>(std::llround(std::clamp(value, 0.0, most / 2)));
}

// The variance of the Horvitz-Thompson estimate of a total.
Uncertainty uncertainty_of(uint64_t pages, uint32_t order, double probability) {
    const double block = std::ldexp(1.0, static_cast<int>(std::min(order, 40U)));
    const double unsure = 1 - probability;
    return {static_cast<double>(pages) * block * unsure / (probability * probability),
            block * std::sqrt(unsure) / probability};
}

void weigh(Site& site) {
    const double probability = sampling_probability(site.order, site.level);
    const auto weighed = [&](uint64_t count) {
        return rounded(static_cast<double>(count) / probability);
    };
    site.live_error = uncertainty_of(site.live_pages, site.order, probability);
    if (site.window_pages) {
        site.window_error = uncertainty_of(*site.window_pages, site.order, probability);
        site.window_pages = weighed(*site.window_pages);
    }
    for (uint64_t* count :
         {&site.live_pages, &site.allocs, &site.frees, &site.alloc_pages, &site.free_pages})
        *count = weighed(*count);
    if (site.ages) {
        for (uint64_t& pages : *site.ages)
            pages = weighed(pages);
    }
    for (Trend& trend : site.trends) {
        trend.floor_pages = weighed(trend.floor_pages);
        trend.before_pages = weighed(trend.before_pages);
    }
}

// A key that is equal for all sites of one stack and order.
std::string stack_key(const Site& site) {
    constexpr uint32_t apart = GHOSTMEM_SITE_F_OLDEST_MIN | GHOSTMEM_SITE_F_RECLAIMABLE;
    std::string key = fmt::format("{} {}", site.order, site.flags & ~apart);
    for (const Frame& frame : site.frames)
        key += fmt::format("\n{}+{} {} {} {}", frame.symbol, frame.offset, frame.module, frame.code,
                           static_cast<uint32_t>(frame.state));
    return key;
}

void add(std::optional<Uncertainty>& sum, const std::optional<Uncertainty>& other) {
    if (other)
        sum = sum ? *sum + *other : *other;
}

void add(std::optional<Ages>& sum, const std::optional<Ages>& other) {
    if (!other)
        return;
    Ages total = sum.value_or(Ages{});
    std::transform(total.begin(), total.end(), other->begin(), total.begin(), std::plus<>());
    sum = total;
}

// The sum of floors of different moments is never more than the floor of the sum. A window may end
// while a dump is in progress, so that one site has a trend that the other does not have yet.
void add(std::vector<Trend>& sum, const std::vector<Trend>& other) {
    const size_t both = std::min(sum.size(), other.size());
    for (size_t i = 0; i < both; ++i) {
        sum[i].floor_pages += other[i].floor_pages;
        sum[i].before_pages += other[i].before_pages;
        sum[i].rises = std::min(sum[i].rises, other[i].rises);
    }
    sum.resize(both);
}

void merge(Site& into, const Site& site) {
    into.live_pages += site.live_pages;
    into.allocs += site.allocs;
    into.frees += site.frees;
    into.alloc_pages += site.alloc_pages;
    into.free_pages += site.free_pages;
    into.level = std::max(into.level, site.level);
    into.code_known = into.code_known && site.code_known;
    if (site.window_pages)
        into.window_pages = into.window_pages.value_or(0) + *site.window_pages;
    add(into.ages, site.ages);
    add(into.trends, site.trends);
    add(into.live_error, site.live_error);
    add(into.window_error, site.window_error);
    // nullopt compares less than any age.
    if (into.oldest_s < site.oldest_s) {
        into.oldest_s = site.oldest_s;
        into.oldest_pid = site.oldest_pid;
        into.flags = site.flags;
    }
}

} // namespace

double sampling_probability(uint32_t order, uint32_t level) {
    if (level == 0)
        return 1;
    return -std::expm1(
        -std::ldexp(1.0, static_cast<int>(order < 64 ? order : 64) - static_cast<int>(level)));
}

uint64_t margin_pages(const Uncertainty& uncertainty) {
    const double part = z / 2 * uncertainty.weight;
    return rounded(z * part + z * std::sqrt(uncertainty.variance + part * part));
}

Uncertainty operator+(const Uncertainty& a, const Uncertainty& b) {
    return {a.variance + b.variance, std::max(a.weight, b.weight)};
}

uint64_t Sampling::interval_bytes() const {
    return ghostmem::interval_bytes(level.value_or(0), page_size);
}

std::optional<uint64_t> Sampling::margin(const std::optional<Uncertainty>& error) const {
    if (error)
        return pages_to_bytes(margin_pages(*error), page_size);
    return nothing_seen_bytes();
}

std::optional<uint64_t> Sampling::nothing_seen_bytes() const {
    if (!level || *level == 0)
        return std::nullopt;
    return pages_to_bytes(margin_pages({0, 1 / sampling_probability(0, *level)}), page_size);
}

uint64_t recorded_pages(const Pinned& pinned, std::optional<uint32_t> level) {
    if (!level)
        return std::min(pinned.tracked_pages, pinned.pages);
    // The pages that would have a record if all blocks had been allocated at this level.
    double expected = 0;
    for (size_t order = 0; order < pinned.orders.size(); ++order)
        expected += std::ldexp(static_cast<double>(pinned.orders[order]), static_cast<int>(order)) *
                    sampling_probability(static_cast<uint32_t>(order), *level);
    if (expected <= 0)
        return 0;
    const double share = std::min(1.0, static_cast<double>(pinned.tracked_pages) / expected);
    return std::min(pinned.pages, rounded(share * static_cast<double>(pinned.pages)));
}

std::vector<Site> estimate(std::vector<Site> samples) {
    const bool sampled =
        std::ranges::any_of(samples, [](const Site& site) { return site.level != 0; });
    if (!sampled)
        return samples;
    std::map<std::string, size_t> seen;
    std::vector<Site> sites;
    for (Site& site : samples) {
        weigh(site);
        const auto [at, fresh] = seen.emplace(stack_key(site), sites.size());
        if (fresh)
            sites.push_back(std::move(site));
        else
            merge(sites[at->second], site);
    }
    return sites;
}

} // namespace ghostmem
