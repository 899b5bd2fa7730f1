// From samples to estimates, and how far those may be off.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/site.h"
#include "lib/model/socket.h"
#include "lib/model/status.h"

namespace ghostmem {

/// The probability with which a block of 2^order pages is a sample at a level; 1 at level 0.
/// From the uapi header: 1 - exp(-2^order / 2^level).
double sampling_probability(uint32_t order, uint32_t level);

/// Pages either way within which the truth is, 95 times in 100. The bound is Poisson's score
/// interval, scaled by what the heaviest sample stands for: it holds for few samples too, and for
/// none.
uint64_t margin_pages(const Uncertainty& uncertainty);

/// Of a sum, whose parts are sampled independently.
Uncertainty operator+(const Uncertainty& a, const Uncertainty& b);

/// How figures came about.
struct Sampling {
    uint32_t page_size = 0;
    std::optional<uint32_t> level; ///< nullopt: nothing is sampled

    Sampling() = default;
    explicit Sampling(const Status& status) : page_size(status.page_size), level(status.level) {}
    /// Mean bytes between samples, now; earlier ones may have had another. 0: none are taken.
    [[nodiscard]] uint64_t interval_bytes() const;
    /// In bytes either way; nullopt: the figure is exact.
    [[nodiscard]] std::optional<uint64_t> margin(const std::optional<Uncertainty>& error) const;
};

/// How many of the pages that sockets pin were recorded, so that sites count them as well. Of
/// samples (at a level) an estimate: as many as would have left so many records, had all blocks
/// been allocated at that level.
uint64_t recorded_pages(const Pinned& pinned, std::optional<uint32_t> level);

/// Weighs the samples, and makes one site of those that differ in their level alone. Sites that
/// are no samples stay as they are. Order is kept, of the first of each.
std::vector<Site> estimate(std::vector<Site> samples);

} // namespace ghostmem
