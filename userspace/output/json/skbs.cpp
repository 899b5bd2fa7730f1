#include "output/json/skbs.h"

namespace ghostmem::output::json {

namespace {

Json device_json(const SkbDevice& device) {
    return Json{{"name", device.name},      {"ifindex", device.ifindex},
                {"netns", device.netns},    {"state", device.gone ? "gone" : "present"},
                {"live_skbs", device.skbs}, {"live_bytes", device.bytes}};
}

} // namespace

Json skb_status_json(const std::optional<SkbStatus>& status) {
    if (!status)
        return nullptr;
    Json lost = Json::object();
    for (const Lost& entry : status->lost)
        lost[entry.name] = entry.count;
    return Json{{"armed_s", status->clock_s - 1},
                {"generation", status->generation},
                {"live_skbs", status->live},
                {"born", status->born},
                {"died", status->died},
                {"unknown", status->unknown},
                {"sites", status->sites},
                {"sites_max", status->sites_max},
                {"room", status->room},
                {"tables_bytes", status->bytes},
                {"lost", std::move(lost)},
                {"disabled_reason",
                 status->disabled_reason ? Json(*status->disabled_reason) : Json(nullptr)}};
}

void add_skbs(Json& json, const SkbSite& site) {
    for (const char* key : {"order", "live_pages", "margin_bytes", "allocated_pages", "freed_pages",
                            "rate_bytes_per_s"})
        json.erase(key);
    for (Json& age : json["ages"]) {
        age["skbs"] = age["pages"];
        age.erase("pages");
    }
    json["live_skbs"] = site.live_skbs;
    json["device"] = site.devices.empty() ? Json(nullptr) : Json(site.devices.front().name);
    json["devices"] = Json::array();
    for (const SkbDevice& device : site.devices)
        json["devices"].push_back(device_json(device));
}

} // namespace ghostmem::output::json
