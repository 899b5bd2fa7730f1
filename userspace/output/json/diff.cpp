#include "output/json/diff.h"

namespace ghostmem::output::json {

namespace {

Json host_json(const SnapshotHost& host, const SnapshotMemory& memory) {
    return Json{{"name", host.name},
                {"kernel", host.kernel},
                {"boot_id", or_null(host.boot_id)},
                {"taken_s", host.taken_s},
                {"uptime_s", host.uptime_s},
                {"total_bytes", memory.total},
                {"free_bytes", memory.free},
                {"ghost_bytes", memory.ghost},
                {"sites_bytes", or_null(memory.sites)},
                {"sockets_bytes", or_null(memory.sockets)},
                {"unattributed_bytes", or_null(memory.unattributed)}};
}

Json row_json(const SnapshotDiff& diff, const DiffRow& row) {
    return Json{{"kind", name_of(row.kind)},
                {"name", row.name},
                {"detail", or_null(row.detail)},
                {"before_bytes", or_null(row.before)},
                {"after_bytes", or_null(row.after)},
                {"change_bytes", row.change()},
                {"bytes_per_hour", or_null(diff.per_hour(row.change()))},
                {"sites", row.sites}};
}

Json count_json(const DiffCount& count) {
    return Json{{"name", count.name},
                {"of", or_null(count.of)},
                {"before", or_null(count.before)},
                {"after", or_null(count.after)},
                {"change", count.change()}};
}

Json finding_json(const DiffFinding& finding) {
    return Json{{"state", name_of(finding.state)},
                {"source", finding.source},
                {"rule", finding.rule},
                {"subject", or_null(finding.subject)},
                {"sentence", finding.sentence}};
}

} // namespace

void diff(std::ostream& out, const SnapshotDiff& diff) {
    Json json = document();
    json["before"] = host_json(diff.before, diff.memory_before);
    json["after"] = host_json(diff.after, diff.memory_after);
    json["same_host"] = diff.same_host;
    json["same_boot"] = diff.same_boot;
    json["elapsed_s"] = diff.elapsed_s;
    json["limits"] = diff.limits;
    json["within_error"] = diff.within_error;
    json["rows"] = Json::array();
    for (const DiffRow& row : diff.rows)
        json["rows"].push_back(row_json(diff, row));
    json["counts"] = Json::array();
    for (const DiffCount& count : diff.counts)
        json["counts"].push_back(count_json(count));
    json["findings"] = Json::array();
    for (const DiffFinding& finding : diff.findings)
        json["findings"].push_back(finding_json(finding));
    out << to_text(json);
}

} // namespace ghostmem::output::json
