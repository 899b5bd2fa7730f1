#include "output/json/holders.h"

#include <set>

#include "lib/base/units.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

namespace {

Json by_order(const PageOrders& pages, uint32_t page_size) {
    Json json = Json::array();
    for (const uint64_t count : pages)
        json.push_back(pages_to_bytes(count, page_size));
    return json;
}

Json link_json(const HolderLink& link) {
    return Json{
        {"kind", std::string(name_of(link.kind))},
        {"name", or_null(link.name)},
        {"offset", or_null(link.offset)},
        {"symbols", link.symbols},
    };
}

Json pids_json(const HolderRow& row) {
    std::set<uint32_t> pids;
    for (const HolderLink& link : row.links) {
        if (link.pid)
            pids.insert(*link.pid);
    }
    return pids;
}

Json row_json(const HolderRow& row, uint32_t page_size) {
    Json chain = Json::array();
    for (const HolderLink& link : row.links)
        chain.push_back(link_json(link));
    return Json{
        {"bytes", pages_to_bytes(row.pages, page_size)},
        {"blocks", row.blocks},
        {"kind", std::string(name_of(row.kind))},
        {"by_order", by_order(row.orders, page_size)},
        {"confidence", std::string(name_of(row.confidence))},
        {"chain", std::move(chain)},
        {"pids", pids_json(row)},
    };
}

Json lost_json(const SearchResult& result, uint32_t page_size) {
    const LostPages all = result.all_lost();
    Json kinds = Json::array();
    for (const LostPages& lost : result.lost)
        kinds.push_back({
            {"kind", std::string(name_of(lost.kind))},
            {"bytes", pages_to_bytes(lost.pages, page_size)},
            {"blocks", lost.blocks},
            {"by_order", by_order(lost.orders, page_size)},
        });
    return Json{
        {"bytes", pages_to_bytes(all.pages, page_size)},
        {"blocks", all.blocks},
        {"by_order", by_order(all.orders, page_size)},
        {"kinds", std::move(kinds)},
    };
}

Json strays_json(const SearchResult& result, uint32_t page_size) {
    Json strays = Json::array();
    for (const StrayAreas& stray : result.strays)
        strays.push_back({
            {"caller", or_null(stray.caller)},
            {"areas", stray.areas},
            {"bytes", pages_to_bytes(stray.pages, page_size)},
        });
    return strays;
}

} // namespace

void holders(std::ostream& out, const HoldersReport& report) {
    const SearchResult& result = report.result;
    const uint32_t page_size = report.page_size;
    Json json = document();
    Json rows = Json::array();
    for (const HolderRow& row : result.rows) {
        if (pages_to_bytes(row.pages, page_size) >= report.min_bytes)
            rows.push_back(row_json(row, page_size));
    }
    Json limits = limit_names(result.limits);
    if (!report.shrunk)
        limits.push_back("not_shrunk");
    json["duration_s"] = static_cast<double>(result.duration_ns) / 1e9;
    json["busy_s"] = static_cast<double>(result.busy_ns) / 1e9;
    json["memory_bytes"] = result.memory_bytes;
    json["interrupted"] = report.interrupted;
    json["ghost_bytes"] = pages_to_bytes(result.ghost_pages, page_size);
    json["ghost_blocks"] = result.ghost_blocks;
    json["held_bytes"] = pages_to_bytes(result.held_pages, page_size);
    json["tail_bytes"] = pages_to_bytes(result.tail_pages, page_size);
    json["freed_bytes"] = pages_to_bytes(result.gone_pages, page_size);
    json["lost"] = lost_json(result, page_size);
    json["unreferenced_vmalloc"] = strays_json(result, page_size);
    json["decoys"] = {{"tried", result.decoys_tried}, {"believed", result.decoys_believed}};
    json["limits"] = std::move(limits);
    json["omitted_rows"] = result.rows_omitted;
    json["omitted_bytes"] = pages_to_bytes(result.rows_omitted_pages, page_size);
    json["holders"] = std::move(rows);
    out << to_text(json);
}

} // namespace ghostmem::output::json
