#include "output/json/site.h"

#include "lib/attribution/site_id.h"
#include "lib/attribution/site_notes.h"
#include "output/json/sampling.h"
#include "output/json/skbs.h"

namespace ghostmem::output::json {

namespace {

Json flags_json(const Site& site) {
    const uint32_t flags = site.flags;
    Json json = Json::array();
    if ((flags & GHOSTMEM_SITE_F_OTHER) != 0)
        json.push_back("other");
    if ((flags & GHOSTMEM_SITE_F_NO_STACK) != 0)
        json.push_back("no_stack");
    if ((flags & GHOSTMEM_SITE_F_NO_CALLER) != 0)
        json.push_back("no_caller");
    if ((flags & GHOSTMEM_SITE_F_OLDEST_MIN) != 0)
        json.push_back("oldest_is_minimum");
    if ((flags & GHOSTMEM_SITE_F_CUT) != 0)
        json.push_back("stack_cut");
    if ((flags & GHOSTMEM_SITE_F_RECLAIMABLE) != 0)
        json.push_back("reclaimable");
    if (!site.code_known)
        json.push_back("id_not_stable");
    return json;
}

Json stack_json(const SiteView& view, size_t from) {
    Json json = Json::array();
    for (size_t i = from; i < view.site.frames.size(); ++i)
        json.push_back(describe(view.site.frames[i]));
    return json;
}

// Returns null when the site holds nothing.
Json ages_json(const std::optional<Ages>& ages) {
    if (!ages)
        return nullptr;
    Json json = Json::array();
    for (size_t i = 0; i < ages->size(); ++i)
        json.push_back(
            Json{{"below_s", i < age_below_s.size() ? Json(age_below_s.at(i)) : Json(nullptr)},
                 {"pages", ages->at(i)}});
    return json;
}

Json growth_json(const SiteView& view) {
    Json json = Json::array();
    for (const Growth& growth : view.growth)
        json.push_back(Json{{"span_s", growth.span_s},
                            {"floor_bytes", growth.floor_bytes},
                            {"before_bytes", growth.before_bytes},
                            {"bytes_per_s", growth.bytes_per_s},
                            {"rises", growth.rises}});
    return json;
}

} // namespace

Json site_json(const SiteView& view) {
    const Site& site = view.site;
    Json json{{"id", format_site_id(view.id)},
              {"slot", site.slot},
              {"order", site.order},
              {"class", name_of(view.cls)},
              {"live_bytes", view.live_bytes},
              {"live_pages", site.live_pages},
              {"margin_bytes", or_null(view.margin_bytes)},
              {"allocations", site.allocs},
              {"frees", site.frees},
              {"allocated_pages", site.alloc_pages},
              {"freed_pages", site.free_pages},
              {"oldest_s", or_null(site.oldest_s)},
              {"oldest_pid", or_null(site.oldest_pid)},
              {"ages", ages_json(site.ages)},
              {"rate_bytes_per_s", or_null(view.rate)},
              {"growth", growth_json(view)}};
    if (view.window_bytes) {
        json["window_bytes"] = *view.window_bytes;
        json["window_pages"] = view.subject_pages();
    }
    json["module"] = or_null(view.module);
    json["module_state"] = name_of(view.module_state);
    json["function"] = view.function;
    json["symbol"] = view.symbol;
    json["stack"] = stack_json(view, view.shown_from);
    json["raw_stack"] = stack_json(view, 0);
    json["flags"] = flags_json(site);
    if (site.skb)
        add_skbs(json, *site.skb);
    return json;
}

// By stack a group is a site, which is listed as such.
Json groups_json(const SiteSelection& selection) {
    Json json = Json::array();
    for (const SiteView& view : selection.merged) {
        Json ids = Json::array();
        for (const uint64_t id : view.ids)
            ids.push_back(format_site_id(id));
        Json group{{"class", name_of(view.cls)},
                   {"module", or_null(view.module)},
                   {"module_state", name_of(view.module_state)},
                   {"symbol", view.symbol},
                   {"live_bytes", view.live_bytes},
                   {"live_pages", view.site.live_pages},
                   {"margin_bytes", or_null(view.margin_bytes)},
                   {"oldest_s", or_null(view.site.oldest_s)},
                   {"rate_bytes_per_s", or_null(view.rate)},
                   {"growth", growth_json(view)},
                   {"sites", std::move(ids)}};
        if (view.window_bytes)
            group["window_bytes"] = *view.window_bytes;
        json.push_back(std::move(group));
    }
    return json;
}

Json sites_json(const SiteSelection& selection) {
    Json json = Json::array();
    for (const SiteView& view : selection.sites)
        json.push_back(site_json(view));
    return json;
}

void add_listing(Json& json, const SitesReport& report) {
    json["sampling"] = sampling_json(report.sampling);
    json["matched"] =
        Json{{"sites", report.selection.matched},
             {"bytes", report.selection.matched_bytes},
             {"margin_bytes", or_null(report.sampling.margin(report.selection.error))},
             {report.skbs ? "skbs" : "pages", report.selection.matched_pages}};
    json["sort"] = name_of(report.sort);
    json["by"] = name_of(report.by);
    json["groups"] = groups_json(report.selection);
    json["notes"] = report.notes;
    json["ids_stable"] = ids_are_stable(report.selection.sites);
    json["sites"] = sites_json(report.selection);
}

} // namespace ghostmem::output::json
