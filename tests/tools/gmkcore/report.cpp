#include "gmkcore/report.h"

namespace gmkcore {

using nlohmann::json;

json to_json(const Sums& sums) {
    json orders = json::array();
    for (size_t order = 0; order < sums.orders.size(); order++) {
        if (sums.orders[order])
            orders.push_back({{"order", order}, {"blocks", sums.orders[order]}});
    }
    return {
        {"skbs", sums.skbs},
        {"bytes", sums.bytes},
        {"truesize_bytes", sums.truesize_bytes},
        {"pinned_bytes", sums.pinned_bytes},
        {"pinned_pages", sums.pinned_bytes / 4096},
        {"pinned_blocks", sums.pinned_blocks},
        {"large_kmalloc_bytes", sums.large_kmalloc_bytes},
        {"slab_bytes", sums.slab_bytes},
        {"slab_object_bytes", sums.slab_object_bytes},
        {"slab_objects", sums.slab_objects},
        {"vmalloc_bytes", sums.vmalloc_bytes},
        {"mapped_bytes", sums.mapped_bytes},
        {"mapped_pages", sums.mapped_bytes / 4096},
        {"unreadable_fragments", sums.unreadable_fragments},
        {"most_fragments", sums.most_fragments},
        {"orders", orders},
    };
}

json to_json(const Identity& identity) {
    return {
        {"family", identity.family}, {"type", identity.type}, {"protocol", identity.protocol},
        {"state", identity.state},   {"port", identity.port},
    };
}

json to_json(const Account& account) {
    json object = to_json(account.total());
    json queues = json::array();
    for (const Queue& queue : account.queues()) {
        json each = to_json(queue.sums);
        each["name"] = queue.name;
        queues.push_back(std::move(each));
    }
    object["queues"] = std::move(queues);
    return object;
}

} // namespace gmkcore
