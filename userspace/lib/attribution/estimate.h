// Estimates from samples, and their error.
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

/// The margin in pages, either way, that contains the true value with a probability of 95 %. It is
/// Poisson's score interval, scaled by what the heaviest sample stands for, and holds even for few
/// samples or none.
uint64_t margin_pages(const Uncertainty& uncertainty);

/// The uncertainty of a sum whose parts are sampled independently.
Uncertainty operator+(const Uncertainty& a, const Uncertainty& b);

/// How figures were obtained.
struct Sampling {
    uint32_t page_size = 0;
    std::optional<uint32_t> level; ///< nullopt: nothing is sampled

    Sampling() = default;
    explicit Sampling(const Status& status) : page_size(status.page_size), level(status.level) {}
    /// The present mean bytes between samples; it may have been different before. 0: no sampling.
    [[nodiscard]] uint64_t interval_bytes() const;
    /// The margin in bytes, either way, of a sum with this error, or without any sample; nullopt:
    /// the figure is exact.
    [[nodiscard]] std::optional<uint64_t> margin(const std::optional<Uncertainty>& error) const;
    /// How many bytes of which there is no sample there may be all the same, in 95 of 100 cases;
    /// nullopt: none.
    [[nodiscard]] std::optional<uint64_t> nothing_seen_bytes() const;
};

/// Returns how many of the pages that sockets pin were recorded, so that sites count them as well.
/// With a sampling level it is an estimate: the number of pages that would have left this many
/// records if all blocks had been allocated at that level.
uint64_t recorded_pages(const Pinned& pinned, std::optional<uint32_t> level);

/// Weights the samples and merges sites that differ only in their level. Sites that are not samples
/// stay as they are. A merged site takes the place of the first of its parts.
std::vector<Site> estimate(std::vector<Site> samples);

} // namespace ghostmem
