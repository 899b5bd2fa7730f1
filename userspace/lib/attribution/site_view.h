// A site as it is shown to people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/attribution/site_class.h"
#include "lib/model/site.h"

namespace ghostmem {

/// Growth of the least that is held: memory that fluctuates does not grow.
struct Growth {
    uint32_t span_s = 0;
    uint64_t floor_bytes = 0;  ///< the least held in the last window
    uint64_t before_bytes = 0; ///< in the one before, which ended span_s earlier
    double bytes_per_s = 0;
    uint32_t rises = 0; ///< consecutive windows in which the floor has risen
};

struct SiteView {
    Site site;
    uint64_t id = 0; ///< site_id()
    SiteClass cls = SiteClass::direct;
    size_t shown_from = 0; ///< index of the first frame to show
    std::string symbol; ///< of that frame, "(other)", "(no caller)", "(no stack)" or "(no symbol)"
    std::string function; ///< symbol+0xoffset, or like `symbol` if there is none
    std::string module;   ///< innermost module of the stack; empty: kernel image
    CodeState module_state = CodeState::builtin;
    uint32_t page_size = 0;
    uint64_t live_bytes = 0;
    std::optional<uint64_t> window_bytes;
    std::optional<uint64_t> margin_bytes; ///< of subject_bytes(), either way; nullopt: exact
    std::optional<double> rate;           ///< bytes a second, net; nullopt: not measured
    std::vector<Growth> growth;           ///< over the shortest time first; empty: not known yet
    /// The sites that it stands for, the largest first: more than one after merge_sites().
    std::vector<uint64_t> ids;

    /// The bytes that a listing is about: those of the window if one was requested, else all.
    [[nodiscard]] uint64_t subject_bytes() const { return window_bytes.value_or(live_bytes); }
    /// Whether it is one of the sites that count what the full table has no room for.
    [[nodiscard]] bool is_overflow() const { return (site.flags & GHOSTMEM_SITE_F_OTHER) != 0; }
    [[nodiscard]] const std::optional<Uncertainty>& subject_error() const {
        return site.window_pages ? site.window_error : site.live_error;
    }
    /// The number of pages, or for class skb of sk_buffs.
    [[nodiscard]] uint64_t subject_pages() const {
        return site.skb ? site.skb->live_skbs : site.window_pages.value_or(site.live_pages);
    }
    [[nodiscard]] size_t stacks() const { return ids.size(); }
    /// Whether the kernel can reclaim it under pressure: the slab of a cache with a shrinker.
    [[nodiscard]] bool reclaimable() const {
        return (site.flags & GHOSTMEM_SITE_F_RECLAIMABLE) != 0;
    }
    /// For class skb, the device that most of its sk_buffs belong to; nullptr: none.
    [[nodiscard]] const SkbDevice* device() const {
        return site.skb && !site.skb->devices.empty() ? &site.skb->devices.front() : nullptr;
    }
};

SiteView make_view(Site site, uint32_t page_size);
std::vector<SiteView> make_views(std::vector<Site> sites, uint32_t page_size);

/// Sets the net rate of each view from an earlier dump of the same generation.
/// A site that is not in the earlier dump held nothing then. interval must not be 0.
void measure_rates(std::vector<SiteView>& views, const std::vector<Site>& earlier,
                   uint32_t page_size, std::chrono::milliseconds interval);

} // namespace ghostmem
