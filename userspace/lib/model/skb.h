// What the module reports about sk_buffs, as plain values. The uapi header defines the terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/model/lost.h"

namespace ghostmem {

/// sk_buffs of one site that belong to one device.
struct SkbDevice {
    std::string name;
    uint32_t ifindex = 0;
    uint32_t netns = 0; ///< inode number of its namespace
    bool gone = false;  ///< unregistered meanwhile
    uint64_t skbs = 0;
    uint64_t bytes = 0;
};

/// What a site of sk_buffs has instead of pages.
struct SkbSite {
    uint64_t live_skbs = 0;
    uint64_t live_bytes = 0;        ///< what the kernel charges for them
    std::vector<SkbDevice> devices; ///< the one with most first; empty: they belong to none
};

/// What STATUS reports about sk_buffs while they are watched.
struct SkbStatus {
    uint64_t clock_s = 0;
    uint32_t generation = 0;
    uint64_t live = 0;
    uint64_t born = 0;
    uint64_t died = 0;
    uint64_t unknown = 0;
    uint32_t sites = 0;
    uint32_t sites_max = 0;
    uint64_t room = 0;  ///< number of records that fit
    uint64_t bytes = 0; ///< memory of the tables
    std::vector<Lost> lost;
    std::optional<std::string> disabled_reason;
};

} // namespace ghostmem
