#include "output/json/status.h"

#include <map>

#include "lib/attribution/site_id.h"
#include "lib/base/units.h"
#include "output/json/sampling.h"
#include "output/json/skbs.h"
#include "output/json/sockets.h"
#include "output/json/zones.h"

namespace ghostmem::output::json {

namespace {

// Returns null if the module has answered.
Json problem_json(const StatusReport& report) {
    if (report.status)
        return nullptr;
    switch (report.problem ? report.problem->kind() : ErrorKind::no_module) {
    case ErrorKind::not_permitted:
        return "not_permitted";
    case ErrorKind::loading:
        return "loading";
    case ErrorKind::unreachable:
        return "unreachable";
    default:
        return "not_loaded";
    }
}

Json module_json(const StatusReport& report) {
    const std::optional<Status>& status = report.status;
    Json json{{"loaded", status.has_value()}, {"problem", problem_json(report)}};
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

Json ledger_json(const StatusReport& report) {
    const Ledger& ledger = report.ledger;
    Json unknown = Json::object();
    for (const MeminfoLine& line : report.unknown_lines)
        unknown[line.name] = line.bytes;
    Json odd = Json::object();
    for (const MeminfoOddLine& line : report.odd_lines)
        odd[line.name] = line.value;
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
                {"parts", std::move(parts)},
                {"unknown_lines", std::move(unknown)},
                {"odd_lines", std::move(odd)}};
}

Json holders_json(const std::vector<Holder>& holders) {
    Json json = Json::array();
    for (const Holder& holder : holders)
        json.push_back(Json{{"name", holder.name},
                            {"part", name_of(holder.part)},
                            {"bytes", or_null(holder.bytes)},
                            {"in_sites_bytes", holder.in_sites_bytes},
                            {"owned_bytes", holder.owned_bytes},
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

Json verdict_json(const Verdict& verdict) {
    Json findings = Json::array();
    for (const Finding& finding : verdict.findings) {
        Json sites = Json::array();
        for (const uint64_t id : finding.sites)
            sites.push_back(format_site_id(id));
        findings.push_back(Json{{"rule", finding.rule},
                                {"level", name_of(finding.level)},
                                {"confidence", name_of(finding.confidence)},
                                {"bytes", or_null(finding.bytes)},
                                {"sites", std::move(sites)},
                                {"sentence", finding.sentence}});
    }
    return Json{{"level", name_of(verdict.level)},
                {"reasons", verdict.reasons},
                {"findings", std::move(findings)}};
}

Json lost_json(const Status& status) {
    Json json = Json::object();
    for (const Lost& lost : status.lost)
        json[lost.name] = lost.count;
    return json;
}

} // namespace

Json status_document(const StatusReport& report) {
    Json json = document();
    json["module"] = module_json(report);
    json["host"] = host_json(report.load_policy);
    json["ledger"] = ledger_json(report);
    json["ghost"] = ghost_json(report);
    json["holders"] = holders_json(report.holders);
    json["sampling"] = report.status ? sampling_json(Sampling(*report.status)) : Json(nullptr);
    json["verdict"] = verdict_json(report.verdict);
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

void status(std::ostream& out, const StatusReport& report) {
    out << to_text(status_document(report));
}

} // namespace ghostmem::output::json
