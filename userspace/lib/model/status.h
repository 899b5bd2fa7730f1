// What the module tells, as plain values. The uapi header defines the terms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/model/lost.h"
#include "lib/model/skb.h"

namespace ghostmem {

enum class Mode : uint32_t {
    off = GHOSTMEM_MODE_OFF,
    exact = GHOSTMEM_MODE_EXACT,
    sampled = GHOSTMEM_MODE_SAMPLED,
};

enum class CodeState : uint32_t {
    builtin = GHOSTMEM_CODE_BUILTIN,
    live = GHOSTMEM_CODE_LIVE,
    unloaded = GHOSTMEM_CODE_UNLOADED,
};

enum class HookKind : uint32_t {
    tracepoint = GHOSTMEM_HOOK_TRACEPOINT,
    kretprobe = GHOSTMEM_HOOK_KRETPROBE,
    function = GHOSTMEM_HOOK_FUNCTION,
};

enum class HookState : uint32_t {
    detached = GHOSTMEM_HOOK_DETACHED,
    attached = GHOSTMEM_HOOK_ATTACHED,
    missing = GHOSTMEM_HOOK_MISSING,
    failed = GHOSTMEM_HOOK_FAILED,
    deaf = __GHOSTMEM_HOOK_STATE_MAX, ///< attached, and not called by the kernel
};

enum class Change : uint32_t {
    arming = GHOSTMEM_CHANGE_ARMING,
    disarming = GHOSTMEM_CHANGE_DISARMING,
    resetting = GHOSTMEM_CHANGE_RESETTING,
};

/// Stable words, the ones JSON and the command line use.
std::string_view name_of(Mode mode);
std::string_view name_of(Change change);
std::string_view name_of(CodeState state);
std::string_view name_of(HookKind kind);
std::string_view name_of(HookState state);

struct Frame {
    std::string symbol;  ///< empty: the kernel knows none
    uint32_t offset = 0; ///< bytes into the symbol
    uint32_t size = 0;   ///< bytes of the symbol; 0: not known
    std::string module;  ///< empty: the kernel image
    CodeState state = CodeState::builtin;
    std::string srcversion; ///< of frozen code, if the module tells
    std::string code;       ///< what code it is of: see CodeIdentity
};

/// Pages by age, in the order of age_below_s and then the rest.
using Ages = std::array<uint64_t, GHOSTMEM_AGES>;
inline constexpr std::array<uint32_t, GHOSTMEM_AGES - 1> age_below_s{10, 60, 600, 3600, 86400};

/// The least held in the last window of a length, and in the one before; of a site of sk_buffs
/// it is those that are counted.
struct Trend {
    uint32_t span_s = 0; ///< from the end of one to the end of the other; never 0
    uint64_t floor_pages = 0;
    uint64_t before_pages = 0;
};

/// How far an estimate may be off, in pages.
struct Uncertainty {
    double variance = 0; ///< pages squared
    double weight = 0;   ///< what the heaviest sample adds; 0: no sample is needed to be sure
};

/// One stack and order. Pages are base pages of Status::page_size bytes.
struct Site {
    uint32_t slot = 0; ///< GHOSTMEM_SITE_A_ID; not the id that people see: see site_id()
    uint32_t order = 0;
    uint32_t flags = 0; ///< GHOSTMEM_SITE_F_*
    uint32_t level = 0; ///< counts are of samples, or estimates from those; 0: exact
    uint64_t live_pages = 0;
    uint64_t allocs = 0; ///< blocks
    uint64_t frees = 0;  ///< free events; a block may have many
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
    std::optional<SkbSite> skb;              ///< it is one of sk_buffs, and has no pages
};

struct Hook {
    std::string name;
    std::string target; ///< empty while missing
    HookKind kind = HookKind::tracepoint;
    HookState state = HookState::detached;
    bool needed = false;
    std::string consequence;
    uint64_t events = 0;
    uint64_t missed = 0;
    std::optional<uint64_t> deaf_s; ///< for how long it was deaf; nullopt: never
};

struct Status {
    uint32_t abi = 0;
    std::string version;
    Mode mode = Mode::off;
    std::optional<Change> change; ///< under way: what else there is may be of before or afterwards
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
    std::optional<uint32_t> level; ///< of sampling, now; nullopt: another mode
    uint32_t level_min = 0;        ///< as it is set
    uint32_t budget_ppm = 0;       ///< of the time of all CPUs; 0: no limit
    uint32_t cost_ppm = 0;         ///< likewise, in the last second
    uint32_t pair_ns = 0;          ///< what an allocation and its free cost more
    uint64_t stacks_unwound = 0;
    uint64_t stacks_verified = 0;
    std::vector<Lost> lost;
    std::vector<Hook> hooks;
    std::optional<std::string> disabled_reason;
    std::optional<SkbStatus> skb; ///< nullopt: sk_buffs are not watched
};

/// "has been deaf for 12s, when the host ..." or "was deaf for ..."; empty: it never was.
std::string deaf_words(const Hook& hook);

/// Of the events that take a stack so many millionths had the kernel's unwinder asked for it;
/// nullopt where there was none.
std::optional<uint32_t> unwound_ppm(const Status& status);

/// Mean bytes between two samples at a level; 0 at level 0.
uint64_t interval_bytes(uint32_t level, uint32_t page_size);

/// Bytes of so many pages; saturates instead of wrapping on absurd input.
uint64_t pages_to_bytes(uint64_t pages, uint32_t page_size);

/// "symbol+0x1a/0x40 [module, unloaded]", as a kernel log would write it.
std::string describe(const Frame& frame);

} // namespace ghostmem
