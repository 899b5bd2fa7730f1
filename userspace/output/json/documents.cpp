#include "output/json/documents.h"

#include <map>

#include "lib/attribution/site_id.h"
#include "output/json/skbs.h"
#include "output/json/sockets.h"
#include "output/json/values.h"
#include "output/json/zones.h"

namespace ghostmem::output {

namespace {

Json module_json(const std::optional<Status>& status) {
    Json json{{"loaded", status.has_value()}};
    if (!status) {
        for (const char* key :
             {"mode", "change", "version", "abi", "armed_s", "generation", "disabled_reason"})
            json[key] = nullptr;
        return json;
    }
    json["mode"] = name_of(status->mode);
    json["change"] = status->change ? Json(name_of(*status->change)) : Json(nullptr);
    json["version"] = status->version;
    json["abi"] = status->abi;
    json["armed_s"] = status->armed_s;
    json["generation"] = status->generation;
    json["disabled_reason"] = or_null(status->disabled_reason);
    return json;
}

Json host_json(const LoadPolicy& policy) {
    return Json{{"lockdown", or_null(policy.lockdown)},
                {"signed_modules_only", policy.signed_only()}};
}

Json ledger_json(const Ledger& ledger) {
    Json parts = Json::array();
    for (const LedgerPart& part : ledger.parts)
        parts.push_back(
            Json{{"name", part.name}, {"group", name_of(part.group)}, {"bytes", part.bytes}});
    return Json{{"total_bytes", ledger.total},
                {"free_bytes", ledger.free},
                {"applications_bytes", ledger.applications},
                {"kernel_bytes", ledger.kernel},
                {"ghost_bytes", ledger.ghost},
                {"ghost_error_bytes", ledger.ghost_error},
                {"counted", ledger.counted},
                {"residual_bytes", ledger.residual},
                {"parts", std::move(parts)}};
}

Json holders_json(const std::vector<Holder>& holders) {
    Json json = Json::array();
    for (const Holder& holder : holders)
        json.push_back(Json{{"name", holder.name},
                            {"part", name_of(holder.part)},
                            {"bytes", or_null(holder.bytes)},
                            {"in_sites_bytes", holder.in_sites_bytes},
                            {"detail", or_null(holder.detail)},
                            {holder.bytes ? "evidence" : "needs", holder.evidence}});
    return json;
}

Json ghost_json(const StatusReport& report) {
    return Json{{"sockets_bytes", or_null(report.ghost_sockets_bytes())},
                {"sites_bytes", or_null(report.ghost_sites_bytes())},
                {"sites_margin_bytes", or_null(report.ghost_sites_margin_bytes())},
                {"sockets_in_sites_bytes", or_null(report.sockets_in_sites_bytes())},
                {"holders_bytes", report.ghost_holders_bytes()},
                {"known_bytes", or_null(report.known_bytes())},
                {"unattributed_bytes", report.unattributed_bytes()},
                {"before_load_bytes", or_null(report.before_load_bytes())},
                {"unnamed_bytes", or_null(report.unnamed_bytes())},
                {"lost_bytes", or_null(report.lost_bytes())}};
}

// null: all is recorded, and figures are exact.
Json sampling_json(const Sampling& sampling) {
    if (!sampling.level)
        return nullptr;
    return Json{{"interval_bytes", sampling.interval_bytes()}, {"confidence", 0.95}};
}

Json tracker_json(const Status& status) {
    return Json{{"page_size_bytes", status.page_size},
                {"interval_bytes", Sampling(status).interval_bytes()},
                {"interval_min_bytes", interval_bytes(status.level_min, status.page_size)},
                {"budget_ppm", status.budget_ppm},
                {"cost_ppm", status.cost_ppm},
                {"pair_ns", status.pair_ns},
                {"live_pages", status.live_pages},
                {"live_bytes", pages_to_bytes(status.live_pages, status.page_size)},
                {"allocations", status.allocs},
                {"frees", status.frees},
                {"frees_unknown_pages", status.frees_unknown_pages},
                {"sites", status.sites},
                {"sites_max", status.sites_max},
                {"map_bytes", status.map_bytes},
                {"sites_table_bytes", status.sites_bytes},
                {"stacks_unwound", status.stacks_unwound},
                {"stacks_unwound_ppm", or_null(unwound_ppm(status))},
                {"stacks_verified", status.stacks_verified}};
}

Json classes_json(const std::vector<SiteView>& sites) {
    struct Sum {
        uint64_t sites = 0;
        uint64_t bytes = 0;
    };
    std::map<SiteClass, Sum> sums;
    for (const SiteView& view : sites) {
        ++sums[view.cls].sites;
        sums[view.cls].bytes += view.live_bytes;
    }
    Json json = Json::object();
    for (const SiteClass cls : all_classes())
        json[std::string(name_of(cls))] =
            Json{{"sites", sums[cls].sites}, {"live_bytes", sums[cls].bytes}};
    return json;
}

Json hooks_json(const Status& status) {
    Json json = Json::array();
    for (const Hook& hook : status.hooks)
        json.push_back(Json{{"name", hook.name},
                            {"target", or_null(hook.target)},
                            {"kind", name_of(hook.kind)},
                            {"state", name_of(hook.state)},
                            {"needed", hook.needed},
                            {"consequence", hook.consequence},
                            {"events", hook.events},
                            {"missed", hook.missed},
                            {"deaf_s", or_null(hook.deaf_s)}});
    return json;
}

Json lost_json(const Status& status) {
    Json json = Json::object();
    for (const Lost& lost : status.lost)
        json[lost.name] = lost.count;
    return json;
}

Json flags_json(uint32_t flags) {
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
    return json;
}

Json stack_json(const SiteView& view, size_t from) {
    Json json = Json::array();
    for (size_t i = from; i < view.site.frames.size(); ++i)
        json.push_back(describe(view.site.frames[i]));
    return json;
}

// null: nothing is held.
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
                            {"bytes_per_s", growth.bytes_per_s}});
    return json;
}

Json sites_json(const SiteSelection& selection) {
    Json json = Json::array();
    for (const SiteView& view : selection.sites)
        json.push_back(to_json(view));
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
    json["sites"] = sites_json(report.selection);
}

} // namespace

Json to_json(const SiteView& view) {
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
    json["flags"] = flags_json(site.flags);
    if (site.skb)
        add_skbs(json, *site.skb);
    return json;
}

Json status_document(const StatusReport& report) {
    Json json = document();
    json["module"] = module_json(report.status);
    json["host"] = host_json(report.load_policy);
    json["ledger"] = ledger_json(report.ledger);
    json["ghost"] = ghost_json(report);
    json["holders"] = holders_json(report.holders);
    json["sampling"] = report.status ? sampling_json(Sampling(*report.status)) : Json(nullptr);
    json["verdict"] =
        Json{{"level", name_of(report.verdict.level)}, {"reasons", report.verdict.reasons}};
    json["tracker"] = report.status ? tracker_json(*report.status) : Json(nullptr);
    json["classes"] = report.sites_known ? classes_json(report.sites) : Json(nullptr);
    const uint32_t page_size = report.status ? report.status->page_size : 0;
    json["census"] =
        report.sockets ? census_json(report.sockets->dump.census, page_size) : Json(nullptr);
    json["worst_socket"] = report.sockets && report.sockets->worst
                               ? finding_json(*report.sockets->worst, page_size)
                               : Json(nullptr);
    json["pages"] = report.pages ? zones_json(*report.pages, page_size) : Json(nullptr);
    json["hooks"] = report.status ? hooks_json(*report.status) : Json::array();
    json["lost"] = report.status ? lost_json(*report.status) : Json::object();
    json["skb"] = report.status ? skb_status_json(report.status->skb) : Json(nullptr);
    return json;
}

Json sites_document(const SitesReport& report) {
    Json json = document();
    add_listing(json, report);
    if (report.interval)
        json["rate_interval_s"] = static_cast<double>(report.interval->count()) / 1000;
    return json;
}

Json trace_document(const TraceReport& report) {
    Json json = document();
    json["trace"] = Json{{"since_s", report.since_s},
                         {"until_s", report.until_s},
                         {"duration_s", report.until_s - report.since_s},
                         {"settled_s", report.settled.count()},
                         {"interrupted", report.interrupted}};
    add_listing(json, report.list);
    return json;
}

Json config_document(const Status& status) {
    Json json = document();
    json["config"] = Json{{"mode", name_of(status.mode)},
                          {"interval_bytes", interval_bytes(status.level_min, status.page_size)},
                          {"budget_ppm", status.budget_ppm},
                          {"skb", status.skb.has_value()}};
    json["sampling"] = sampling_json(Sampling(status));
    json["cost_ppm"] = status.cost_ppm;
    json["pair_ns"] = status.pair_ns;
    return json;
}

Json export_document(const StatusReport& report, const SiteSelection& selection) {
    Json json = status_document(report);
    json["sites"] = sites_json(selection);
    return json;
}

std::string to_text(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ghostmem::output
