#include "lib/genl/codec_status.h"

#include <bit>

#include <fmt/format.h>

#include "lib/genl/codec_lost.h"
#include "lib/genl/rows.h"

namespace ghostmem {

template <> inline constexpr uint32_t enum_count<Mode> = __GHOSTMEM_MODE_MAX;
template <> inline constexpr uint32_t enum_count<Change> = __GHOSTMEM_CHANGE_MAX;
template <> inline constexpr uint32_t enum_count<HookKind> = __GHOSTMEM_HOOK_KIND_MAX;
template <> inline constexpr uint32_t enum_count<HookState> = __GHOSTMEM_HOOK_STATE_MAX;

template <> struct Layout<Hook> {
    static constexpr const char* name = "hook";
    static constexpr int max = GHOSTMEM_HOOK_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_HOOK_A_NAME, &Hook::name),
        optional_row(GHOSTMEM_HOOK_A_TARGET, &Hook::target),
        row(GHOSTMEM_HOOK_A_KIND, &Hook::kind),
        row(GHOSTMEM_HOOK_A_STATE, &Hook::state),
        flag_row(GHOSTMEM_HOOK_A_NEEDED, &Hook::needed),
        row(GHOSTMEM_HOOK_A_CONSEQUENCE, &Hook::consequence),
        row(GHOSTMEM_HOOK_A_EVENTS, &Hook::events),
        row(GHOSTMEM_HOOK_A_MISSED, &Hook::missed),
        row(GHOSTMEM_HOOK_A_DEAF_S, &Hook::deaf_s),
    };
};

template <> struct Layout<SkbStatus> {
    static constexpr const char* name = "skb";
    static constexpr int max = GHOSTMEM_SKB_A_MAX;
    static constexpr std::tuple rows{
        checked_row<Format<uint8_t>>(GHOSTMEM_SKB_A_ON),
        row(GHOSTMEM_SKB_A_CLOCK_S, &SkbStatus::clock_s),
        row(GHOSTMEM_SKB_A_GENERATION, &SkbStatus::generation),
        row(GHOSTMEM_SKB_A_LIVE, &SkbStatus::live),
        row(GHOSTMEM_SKB_A_BORN, &SkbStatus::born),
        row(GHOSTMEM_SKB_A_DIED, &SkbStatus::died),
        row(GHOSTMEM_SKB_A_UNKNOWN, &SkbStatus::unknown),
        row(GHOSTMEM_SKB_A_SITES, &SkbStatus::sites),
        row(GHOSTMEM_SKB_A_SITES_MAX, &SkbStatus::sites_max),
        row(GHOSTMEM_SKB_A_ROOM, &SkbStatus::room),
        row(GHOSTMEM_SKB_A_BYTES, &SkbStatus::bytes),
        list_row(GHOSTMEM_SKB_A_LOST, &SkbStatus::lost),
        row(GHOSTMEM_SKB_A_DISABLED_REASON, &SkbStatus::disabled_reason),
    };
};

/// While sk_buffs are not watched, the nest has only ON, which is 0.
template <> std::optional<SkbStatus> decode_nest(nlattr* nest) {
    const Attributes in = attributes_of<SkbStatus>(nest);
    if (nla_get_u8(in.need(GHOSTMEM_SKB_A_ON)) == 0)
        return std::nullopt;
    return decode_rows<SkbStatus>(in);
}

template <> struct Layout<Status> {
    static constexpr const char* name = "status";
    static constexpr int max = GHOSTMEM_STATUS_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_STATUS_A_MODE, &Status::mode),
        row(GHOSTMEM_STATUS_A_CHANGE, &Status::change),
        row(GHOSTMEM_STATUS_A_CLOCK_S, &Status::clock_s),
        row(GHOSTMEM_STATUS_A_ARMED_S, &Status::armed_s),
        row(GHOSTMEM_STATUS_A_GENERATION, &Status::generation),
        row(GHOSTMEM_STATUS_A_PAGE_SIZE, &Status::page_size),
        row(GHOSTMEM_STATUS_A_LIVE_PAGES, &Status::live_pages),
        row(GHOSTMEM_STATUS_A_ALLOCS, &Status::allocs),
        row(GHOSTMEM_STATUS_A_FREES, &Status::frees),
        row(GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES, &Status::frees_unknown_pages),
        row(GHOSTMEM_STATUS_A_SITES, &Status::sites),
        row(GHOSTMEM_STATUS_A_SITES_MAX, &Status::sites_max),
        row(GHOSTMEM_STATUS_A_MAP_BYTES, &Status::map_bytes),
        row(GHOSTMEM_STATUS_A_SITES_BYTES, &Status::sites_bytes),
        row(GHOSTMEM_STATUS_A_STACKS_UNWOUND, &Status::stacks_unwound),
        row(GHOSTMEM_STATUS_A_STACKS_VERIFIED, &Status::stacks_verified),
        row_as<Level>(GHOSTMEM_STATUS_A_LEVEL, &Status::level),
        row_as<Level>(GHOSTMEM_STATUS_A_LEVEL_MIN, &Status::level_min),
        row(GHOSTMEM_STATUS_A_BUDGET_PPM, &Status::budget_ppm),
        row(GHOSTMEM_STATUS_A_COST_PPM, &Status::cost_ppm),
        row(GHOSTMEM_STATUS_A_PAIR_NS, &Status::pair_ns),
        list_row(GHOSTMEM_STATUS_A_LOST, &Status::lost),
        list_row(GHOSTMEM_STATUS_A_HOOK, &Status::hooks),
        row(GHOSTMEM_STATUS_A_DISABLED_REASON, &Status::disabled_reason),
        optional_row(GHOSTMEM_STATUS_A_SKB, &Status::skb),
    };
};

Status decode_status(nlattr* nest) {
    Status status = decode_nest<Status>(nest);
    if (!std::has_single_bit(status.page_size))
        garbled(fmt::format("a page size of {} bytes", status.page_size));
    return status;
}

} // namespace ghostmem
