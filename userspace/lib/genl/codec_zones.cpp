#include "lib/genl/codec_zones.h"

#include "lib/genl/rows.h"

namespace ghostmem {

template <> struct Layout<PageCensus> {
    static constexpr const char* name = "pages";
    static constexpr int max = GHOSTMEM_PAGES_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_PAGES_A_DURATION_NS, &PageCensus::duration_ns),
        row(GHOSTMEM_PAGES_A_FRAMES, &PageCensus::frames),
        row(GHOSTMEM_PAGES_A_UNSETTLED, &PageCensus::unsettled),
    };
};

template <> struct Layout<Zone> {
    static constexpr const char* name = "zone";
    static constexpr int max = GHOSTMEM_ZONE_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_ZONE_A_NODE, &Zone::node),
        row(GHOSTMEM_ZONE_A_NAME, &Zone::name),
        row(GHOSTMEM_ZONE_A_MANAGED_PAGES, &Zone::managed_pages),
        row(GHOSTMEM_ZONE_A_CLASSES, &Zone::classes),
        row(GHOSTMEM_ZONE_A_FREE_ORDERS, &Zone::free_orders),
        row(GHOSTMEM_ZONE_A_KERNEL_ORDERS, &Zone::kernel_orders),
        row(GHOSTMEM_ZONE_A_KERNEL_MIGRATE, &Zone::kernel_migrate),
        row(GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES, &Zone::kernel_tracked_pages),
        row(GHOSTMEM_ZONE_A_LET_GO_PAGES, &Zone::let_go_pages),
    };
};

PageCensus decode_pages_census(nlattr* nest) {
    return decode_nest<PageCensus>(nest);
}

Zone decode_zone(nlattr* nest) {
    return decode_nest<Zone>(nest);
}

} // namespace ghostmem
