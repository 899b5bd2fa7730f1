// What the module reports, as plain values. The uapi header defines the terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/model/hook.h"
#include "lib/model/lost.h"
#include "lib/model/skb.h"

namespace ghostmem {

enum class Mode : uint32_t {
    off = GHOSTMEM_MODE_OFF,
    exact = GHOSTMEM_MODE_EXACT,
    sampled = GHOSTMEM_MODE_SAMPLED,
};

enum class Change : uint32_t {
    arming = GHOSTMEM_CHANGE_ARMING,
    disarming = GHOSTMEM_CHANGE_DISARMING,
    resetting = GHOSTMEM_CHANGE_RESETTING,
};

/// Return stable words, the ones that JSON and the command line use.
std::string_view name_of(Mode mode);
std::string_view name_of(Change change);

struct Status {
    uint32_t abi = 0;
    std::string version;
    Mode mode = Mode::off;
    std::optional<Change> change; ///< in progress: other members may be from before or after it
    uint64_t clock_s = 0;
    uint64_t armed_s = 0;
    uint32_t generation = 0;
    uint32_t page_size = 0; ///< bytes, a power of two
    uint64_t live_pages = 0;
    uint64_t allocs = 0;
    uint64_t frees = 0;
    uint64_t frees_unknown_pages = 0;
    uint32_t sites = 0;
    uint32_t sites_max = 0;
    uint64_t map_bytes = 0;
    uint64_t sites_bytes = 0;      ///< the site table's own memory
    std::optional<uint32_t> level; ///< present sampling level; nullopt: another mode
    uint32_t level_min = 0;        ///< the setting
    uint32_t budget_ppm = 0;       ///< of the time of all CPUs; 0: no limit
    uint32_t cost_ppm = 0;         ///< likewise, in the last second
    uint32_t pair_ns = 0;          ///< added cost of an allocation and its free
    uint64_t stacks_unwound = 0;
    uint64_t stacks_verified = 0;
    std::vector<Lost> lost;
    std::vector<Hook> hooks;
    std::optional<std::string> disabled_reason;
    std::optional<SkbStatus> skb; ///< nullopt: sk_buffs are not watched
};

/// Returns for how many millionths of the events that take a stack the kernel's unwinder was
/// called; nullopt if there was no such event.
std::optional<uint32_t> unwound_ppm(const Status& status);

} // namespace ghostmem
