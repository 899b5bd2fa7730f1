#include "output/json/zones.h"

#include <string>

#include "lib/base/units.h"

namespace ghostmem::output::json {

namespace {

template <typename Enum, size_t Count>
Json by_name(const std::array<uint64_t, Count>& pages, uint32_t page_size) {
    Json json = Json::object();
    for (size_t i = 0; i < Count; ++i)
        json[std::string(name_of(static_cast<Enum>(i)))] = pages_to_bytes(pages[i], page_size);
    return json;
}

Json by_order(const PageOrders& pages, uint32_t page_size) {
    Json json = Json::array();
    for (const uint64_t count : pages)
        json.push_back(pages_to_bytes(count, page_size));
    return json;
}

std::optional<uint64_t> in_bytes(const std::optional<uint64_t>& pages, uint32_t page_size) {
    return pages ? std::optional(pages_to_bytes(*pages, page_size)) : std::nullopt;
}

Json zone_json(const Zone& zone, uint32_t page_size) {
    return Json{
        {"node", zone.node},
        {"zone", zone.name},
        {"managed_bytes", pages_to_bytes(zone.managed_pages, page_size)},
        {"classes", by_name<ghostmem_page_class>(zone.classes, page_size)},
        {"free_orders", by_order(zone.free_orders, page_size)},
        {"kernel_orders", by_order(zone.kernel_orders, page_size)},
        {"kernel_migrate", by_name<ghostmem_migrate>(zone.kernel_migrate, page_size)},
        {"kernel_tracked_bytes", or_null(in_bytes(zone.kernel_tracked_pages, page_size))},
        {"let_go_bytes", or_null(in_bytes(zone.let_go_pages, page_size))},
    };
}

} // namespace

Json zones_json(const PageCensus& census, uint32_t page_size) {
    Json zones = Json::array();
    for (const Zone& zone : census.zones)
        zones.push_back(zone_json(zone, page_size));
    return Json{
        {"duration_s", static_cast<double>(census.duration_ns) / 1e9},
        {"frames_bytes", pages_to_bytes(census.frames, page_size)},
        {"unsettled", census.unsettled},
        {"classes", by_name<ghostmem_page_class>(census.classes(), page_size)},
        {"let_go_bytes", or_null(in_bytes(census.let_go_pages(), page_size))},
        {"zones", std::move(zones)},
    };
}

} // namespace ghostmem::output::json
