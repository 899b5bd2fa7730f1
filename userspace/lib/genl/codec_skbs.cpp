#include "lib/genl/codec_skbs.h"

#include "lib/genl/codec_lost.h"

namespace ghostmem {

namespace {

constexpr Policy<GHOSTMEM_SKB_A_MAX> skb_policy = [] {
    Policy<GHOSTMEM_SKB_A_MAX> policy{};
    policy[GHOSTMEM_SKB_A_ON] = u8_policy;
    for (const int type :
         {GHOSTMEM_SKB_A_CLOCK_S, GHOSTMEM_SKB_A_LIVE, GHOSTMEM_SKB_A_BORN, GHOSTMEM_SKB_A_DIED,
          GHOSTMEM_SKB_A_UNKNOWN, GHOSTMEM_SKB_A_ROOM, GHOSTMEM_SKB_A_BYTES})
        policy[static_cast<size_t>(type)] = u64_policy;
    for (const int type :
         {GHOSTMEM_SKB_A_GENERATION, GHOSTMEM_SKB_A_SITES, GHOSTMEM_SKB_A_SITES_MAX})
        policy[static_cast<size_t>(type)] = u32_policy;
    policy[GHOSTMEM_SKB_A_LOST] = nest_policy;
    policy[GHOSTMEM_SKB_A_DISABLED_REASON] = string_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_SITE_A_MAX> site_policy = [] {
    Policy<GHOSTMEM_SITE_A_MAX> policy{};
    policy[GHOSTMEM_SITE_A_LIVE_SKBS] = u64_policy;
    policy[GHOSTMEM_SITE_A_LIVE_BYTES] = u64_policy;
    policy[GHOSTMEM_SITE_A_DEVICE] = nest_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_DEVICE_A_MAX> device_policy = [] {
    Policy<GHOSTMEM_DEVICE_A_MAX> policy{};
    policy[GHOSTMEM_DEVICE_A_NAME] = string_policy;
    for (const int type :
         {GHOSTMEM_DEVICE_A_IFINDEX, GHOSTMEM_DEVICE_A_NETNS, GHOSTMEM_DEVICE_A_STATE})
        policy[static_cast<size_t>(type)] = u32_policy;
    for (const int type : {GHOSTMEM_DEVICE_A_SKBS, GHOSTMEM_DEVICE_A_BYTES})
        policy[static_cast<size_t>(type)] = u64_policy;
    return policy;
}();

SkbDevice decode_device(nlattr* nest) {
    const Attributes in("device", nest, device_policy);
    SkbDevice device;
    device.name = in.string(GHOSTMEM_DEVICE_A_NAME);
    device.ifindex = in.u32(GHOSTMEM_DEVICE_A_IFINDEX);
    device.netns = in.u32(GHOSTMEM_DEVICE_A_NETNS);
    device.gone = in.enumeration<ghostmem_device_state>(
                      GHOSTMEM_DEVICE_A_STATE, __GHOSTMEM_DEVICE_STATE_MAX) == GHOSTMEM_DEVICE_GONE;
    device.skbs = in.u64(GHOSTMEM_DEVICE_A_SKBS);
    device.bytes = in.u64(GHOSTMEM_DEVICE_A_BYTES);
    return device;
}

} // namespace

std::optional<SkbStatus> decode_skb_status(nlattr* nest) {
    const Attributes in("skb", nest, skb_policy);
    if (nla_get_u8(in.need(GHOSTMEM_SKB_A_ON)) == 0)
        return std::nullopt;
    SkbStatus status;
    status.clock_s = in.u64(GHOSTMEM_SKB_A_CLOCK_S);
    status.generation = in.u32(GHOSTMEM_SKB_A_GENERATION);
    status.live = in.u64(GHOSTMEM_SKB_A_LIVE);
    status.born = in.u64(GHOSTMEM_SKB_A_BORN);
    status.died = in.u64(GHOSTMEM_SKB_A_DIED);
    status.unknown = in.u64(GHOSTMEM_SKB_A_UNKNOWN);
    status.sites = in.u32(GHOSTMEM_SKB_A_SITES);
    status.sites_max = in.u32(GHOSTMEM_SKB_A_SITES_MAX);
    status.room = in.u64(GHOSTMEM_SKB_A_ROOM);
    status.bytes = in.u64(GHOSTMEM_SKB_A_BYTES);
    in.each(GHOSTMEM_SKB_A_LOST, GHOSTMEM_STATUS_A_LOST_ENTRY,
            [&](nlattr* entry) { status.lost.push_back(decode_lost(entry)); });
    if (in.has(GHOSTMEM_SKB_A_DISABLED_REASON))
        status.disabled_reason = in.string(GHOSTMEM_SKB_A_DISABLED_REASON);
    return status;
}

SkbSite decode_skb_site(nlattr* nest) {
    const Attributes in("site", nest, site_policy);
    SkbSite site;
    site.live_skbs = in.u64(GHOSTMEM_SITE_A_LIVE_SKBS);
    site.live_bytes = in.u64(GHOSTMEM_SITE_A_LIVE_BYTES);
    walk(static_cast<nlattr*>(nla_data(nest)), nla_len(nest), [&](nlattr* at) {
        if (nla_type(at) == GHOSTMEM_SITE_A_DEVICE)
            site.devices.push_back(decode_device(at));
    });
    return site;
}

} // namespace ghostmem
