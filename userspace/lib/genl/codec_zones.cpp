#include "lib/genl/codec_zones.h"

#include <cstring>

namespace ghostmem {

namespace {

constexpr Policy<GHOSTMEM_PAGES_A_MAX> pages_policy = [] {
    Policy<GHOSTMEM_PAGES_A_MAX> policy{};
    for (const int type :
         {GHOSTMEM_PAGES_A_DURATION_NS, GHOSTMEM_PAGES_A_FRAMES, GHOSTMEM_PAGES_A_UNSETTLED})
        policy[static_cast<size_t>(type)] = u64_policy;
    return policy;
}();

constexpr nla_policy counts_policy(size_t count) {
    const auto bytes = static_cast<uint16_t>(count * sizeof(uint64_t));
    return {NLA_UNSPEC, bytes, bytes};
}

constexpr Policy<GHOSTMEM_ZONE_A_MAX> zone_policy = [] {
    Policy<GHOSTMEM_ZONE_A_MAX> policy{};
    policy[GHOSTMEM_ZONE_A_NODE] = u32_policy;
    policy[GHOSTMEM_ZONE_A_NAME] = string_policy;
    policy[GHOSTMEM_ZONE_A_MANAGED_PAGES] = u64_policy;
    policy[GHOSTMEM_ZONE_A_CLASSES] = counts_policy(GHOSTMEM_PAGE_CLASSES);
    policy[GHOSTMEM_ZONE_A_FREE_ORDERS] = counts_policy(GHOSTMEM_ORDERS);
    policy[GHOSTMEM_ZONE_A_KERNEL_ORDERS] = counts_policy(GHOSTMEM_ORDERS);
    policy[GHOSTMEM_ZONE_A_KERNEL_MIGRATE] = counts_policy(GHOSTMEM_MIGRATE_TYPES);
    policy[GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES] = u64_policy;
    policy[GHOSTMEM_ZONE_A_LET_GO_PAGES] = u64_policy;
    return policy;
}();

template <size_t Count>
void take(const Attributes& in, int type, std::array<uint64_t, Count>& counts) {
    std::memcpy(counts.data(), nla_data(in.need(type)), sizeof(counts));
}

} // namespace

PageCensus decode_pages_census(nlattr* nest) {
    const Attributes in("pages", nest, pages_policy);
    PageCensus census;
    census.duration_ns = in.u64(GHOSTMEM_PAGES_A_DURATION_NS);
    census.frames = in.u64(GHOSTMEM_PAGES_A_FRAMES);
    census.unsettled = in.u64(GHOSTMEM_PAGES_A_UNSETTLED);
    return census;
}

Zone decode_zone(nlattr* nest) {
    const Attributes in("zone", nest, zone_policy);
    Zone zone;
    zone.node = in.u32(GHOSTMEM_ZONE_A_NODE);
    zone.name = in.string(GHOSTMEM_ZONE_A_NAME);
    zone.managed_pages = in.u64(GHOSTMEM_ZONE_A_MANAGED_PAGES);
    take(in, GHOSTMEM_ZONE_A_CLASSES, zone.classes);
    take(in, GHOSTMEM_ZONE_A_FREE_ORDERS, zone.free_orders);
    take(in, GHOSTMEM_ZONE_A_KERNEL_ORDERS, zone.kernel_orders);
    take(in, GHOSTMEM_ZONE_A_KERNEL_MIGRATE, zone.kernel_migrate);
    if (in.has(GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES))
        zone.kernel_tracked_pages = in.u64(GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES);
    if (in.has(GHOSTMEM_ZONE_A_LET_GO_PAGES))
        zone.let_go_pages = in.u64(GHOSTMEM_ZONE_A_LET_GO_PAGES);
    return zone;
}

} // namespace ghostmem
