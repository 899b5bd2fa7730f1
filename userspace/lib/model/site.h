// A site, as a plain value. The uapi header defines the terms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/model/frame.h"
#include "lib/model/skb.h"

namespace ghostmem {

/// Pages by age: one count for each limit in age_below_s, then one for all older pages.
using Ages = std::array<uint64_t, GHOSTMEM_AGES>;
inline constexpr std::array<uint32_t, GHOSTMEM_AGES - 1> age_below_s{10, 60, 600, 3600, 86400};

/// The least that was held in the last window of a length, and in the window before it. For a site
/// of sk_buffs the counts are of sk_buffs, not of pages.
struct Trend {
    uint32_t span_s = 0; ///< from the end of one window to that of the other; never 0
    uint64_t floor_pages = 0;
    uint64_t before_pages = 0;
    std::optional<uint32_t>
        rises{}; ///< consecutive windows with a higher floor; nullopt: older module
};

/// How far an estimate may be off, in pages.
struct Uncertainty {
    double variance = 0; ///< pages squared
    double weight = 0;   ///< contribution of the heaviest sample; 0: not sampled
};

/// One stack and order. Pages are base pages of Status::page_size bytes.
struct Site {
    uint32_t slot = 0; ///< GHOSTMEM_SITE_A_ID; the id that people see is site_id()
    uint32_t order = 0;
    uint32_t flags = 0; ///< GHOSTMEM_SITE_F_*
    uint32_t level = 0; ///< counts are of samples, or estimates from those; 0: exact
    uint64_t live_pages = 0;
    uint64_t allocs = 0; ///< blocks
    uint64_t frees = 0;  ///< of those blocks; one is freed when all its pages are
    uint64_t alloc_pages = 0;
    uint64_t free_pages = 0;
    std::optional<uint64_t> oldest_s;
    std::optional<uint32_t> oldest_pid;
    std::optional<uint64_t> window_pages;    ///< present when a window was asked for
    std::optional<Ages> ages;                ///< nullopt: nothing is live
    std::vector<Trend> trends;               ///< the shortest first; empty: not known yet
    std::optional<Uncertainty> live_error;   ///< of live_pages, if that is an estimate
    std::optional<Uncertainty> window_error; ///< likewise
    std::vector<Frame> frames;               ///< innermost first
    bool code_known = true;     ///< whether Frame::code names the build of each frame's code
    std::optional<SkbSite> skb; ///< set for a site of sk_buffs, which has no pages
};

/// Mean bytes between two samples at a level; 0 at level 0.
uint64_t interval_bytes(uint32_t level, uint32_t page_size);

} // namespace ghostmem
