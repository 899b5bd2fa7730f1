#include "output/json/accounts.h"

#include <map>

#include "lib/attribution/site_id.h"
#include "output/json/sampling.h"
#include "output/json/site.h"

namespace ghostmem::output::json {

namespace {

double seconds_of(uint64_t ms) {
    return static_cast<double>(ms) / 1000;
}

Json flags_json(uint32_t flags) {
    Json json = Json::array();
    const auto add = [&](uint32_t flag, const char* word) {
        if ((flags & flag) != 0)
            json.push_back(word);
    };
    add(GHOSTMEM_ACCOUNT_F_SHARED, "shared");
    add(GHOSTMEM_ACCOUNT_F_LATE, "late");
    add(GHOSTMEM_ACCOUNT_F_BUILTIN, "builtin");
    add(GHOSTMEM_ACCOUNT_F_CUT, "cut");
    add(GHOSTMEM_ACCOUNT_F_SETTLING, "settling");
    add(GHOSTMEM_ACCOUNT_F_FAILED, "probe_failed");
    add(GHOSTMEM_ACCOUNT_F_CUT_SHORT, "cut_short");
    add(GHOSTMEM_ACCOUNT_F_FORGOTTEN, "forgotten");
    return json;
}

/// What a device holds and has left at one site.
struct Part {
    const SiteView* view = nullptr;
    uint64_t held = 0;
    uint64_t left = 0;
};

Json part_json(const Part& part) {
    const SiteView& view = *part.view;
    Json site = site_json(view);
    return Json{{"id", site["id"]},
                {"order", view.site.order},
                {"class", name_of(view.cls)},
                {"held_bytes", part.held},
                {"left_bytes", part.left},
                {"module", site["module"]},
                {"module_state", site["module_state"]},
                {"function", view.function},
                {"symbol", view.symbol},
                {"stack", site["stack"]}};
}

Json parts_json(const Remains& held, const Remains& left) {
    std::map<uint64_t, Part> parts;
    for (const SiteView& view : held.sites) {
        parts[view.id].view = &view;
        parts[view.id].held += view.live_bytes;
    }
    for (const SiteView& view : left.sites) {
        parts[view.id].view = &view;
        parts[view.id].left += view.live_bytes;
    }
    Json json = Json::array();
    for (const auto& [id, part] : parts)
        json.push_back(part_json(part));
    return json;
}

void add_remains(Json& json, const std::string& prefix, const Remains& remains,
                 const Sampling& sampling) {
    json[prefix + "_bytes"] = remains.bytes;
    json[prefix + "_pages"] = remains.pages;
    json[prefix + "_margin_bytes"] = or_null(sampling.margin(remains.error));
}

void add_cycles(Json& json, const AccountFinding& found) {
    json["lives"] = found.account.lives;
    json["trend"] = name_of(found.finding.trend);
    json["left_bytes_per_life"] = found.finding.bytes_per_cycle;
    json["receipts"] = Json::array();
    for (const Cycle& cycle : found.cycles)
        json["receipts"].push_back(Json{{"seq", cycle.seq},
                                        {"age_s", seconds_of(cycle.age_ms)},
                                        {"left_bytes", cycle.left_bytes},
                                        {"flags", flags_json(cycle.flags)}});
}

Json device_json(const AccountFinding& device, const Sampling& sampling) {
    const Account& account = device.account;
    const double since = seconds_of(account.since_ms);
    Json json{{"device", account.identity.name},
              {"bus", account.identity.bus},
              {"driver", or_null(account.identity.driver)},
              {"module", or_null(account.identity.module)},
              {"state", name_of(account.state)},
              {"since_s", since},
              {"removed_s", account.state == AccountState::removed ? Json(since) : Json(nullptr)},
              {"flags", flags_json(account.flags)}};
    add_remains(json, "held", device.held, sampling);
    if (device.is(GHOSTMEM_ACCOUNT_F_BUILTIN)) {
        json["held_bytes"] = nullptr;
        json["held_pages"] = nullptr;
    }
    add_remains(json, "left", device.left, sampling);
    add_cycles(json, device);
    json["sites"] = parts_json(device.held, device.left);
    return json;
}

Json module_json(const ModuleFinding& module, const Sampling& sampling) {
    Json json{{"name", module.name},
              {"state", name_of(module.state)},
              {"live_bytes", module.live_bytes},
              {"live_pages", module.live_pages},
              {"margin_bytes", or_null(sampling.margin(module.error))},
              {"sites", module.sites.size()}};
    if (module.left) {
        add_remains(json, "left", module.left->left, sampling);
        add_cycles(json, *module.left);
    } else {
        add_remains(json, "left", {}, sampling);
        add_cycles(json, {});
    }
    return json;
}

Json event_json(const AccountEvent& event, const Sampling& sampling) {
    Json json{{"seq", event.seq},
              {"event", name_of(event.kind)},
              {"age_s", seconds_of(event.age_ms)},
              {"device", event.identity.bus.empty() ? Json(nullptr) : Json(event.identity.name)},
              {"bus", or_null(event.identity.bus)},
              {"driver", or_null(event.identity.driver)},
              {"module", or_null(event.identity.module)},
              {"flags", flags_json(event.flags)}};
    if (event.kind != EventKind::receipt)
        return json;
    const Remains left = remains_of(event.left, sampling.page_size);
    add_remains(json, "left", left, sampling);
    if ((event.flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN) != 0) {
        for (const char* key : {"left_bytes", "left_pages", "left_margin_bytes"})
            json[key] = nullptr;
    }
    json["life_s"] = seconds_of(event.life_ms.value_or(0));
    json["settled_s"] = seconds_of(event.settled_ms.value_or(0));
    json["sites"] = parts_json({}, left);
    return json;
}

} // namespace

void devices(std::ostream& out, const DevicesReport& report) {
    Json json = document();
    json["sampling"] = sampling_json(report.sampling);
    json["matched"] = report.matched;
    json["unaccounted"] = report.unaccounted;
    json["devices"] = Json::array();
    for (const AccountFinding& device : report.devices)
        json["devices"].push_back(device_json(device, report.sampling));
    out << to_text(json);
}

void modules(std::ostream& out, const ModulesReport& report) {
    Json json = document();
    json["sampling"] = sampling_json(report.sampling);
    json["matched"] = report.matched;
    json["unaccounted"] = report.unaccounted;
    json["modules"] = Json::array();
    for (const ModuleFinding& module : report.modules)
        json["modules"].push_back(module_json(module, report.sampling));
    out << to_text(json);
}

void events(std::ostream& out, const EventsReport& report) {
    Json json = document();
    json["sampling"] = sampling_json(report.sampling);
    json["unaccounted"] = report.dump.unaccounted;
    json["events"] = Json::array();
    for (const AccountEvent& event : report.dump.events)
        json["events"].push_back(event_json(event, report.sampling));
    out << to_text(json);
}

void event_lines(std::ostream& out, const EventsReport& report) {
    for (const AccountEvent& event : report.dump.events) {
        Json json = document();
        json.update(event_json(event, report.sampling));
        out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    }
}

} // namespace ghostmem::output::json
