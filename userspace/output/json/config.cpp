#include "output/json/config.h"

#include "output/json/sampling.h"

namespace ghostmem::output::json {

void config(std::ostream& out, const ConfigReport& report) {
    const Status& status = report.status;
    Json json = document();
    json["config"] = Json{{"mode", name_of(status.mode)},
                          {"interval_bytes", interval_bytes(status.level_min, status.page_size)},
                          {"budget_ppm", status.budget_ppm},
                          {"skb", status.skb.has_value()}};
    json["forgotten_sites"] = or_null(report.forgotten_sites);
    json["sampling"] = sampling_json(Sampling(status));
    json["cost_ppm"] = status.cost_ppm;
    json["pair_ns"] = status.pair_ns;
    out << to_text(json);
}

} // namespace ghostmem::output::json
