#include "output/json/patrol.h"

#include "output/json/check.h"

namespace ghostmem::output::json {

namespace {

Json record_json(const PatrolRecord& record) {
    return Json{{"taken_s", record.taken_s},
                {"boot_id", or_null(record.boot_id)},
                {"state", record.state},
                {"ghost_bytes", record.ghost_bytes},
                {"free_bytes", record.free_bytes},
                {"available_bytes", or_null(record.available_bytes)},
                {"sites_bytes", or_null(record.sites_bytes)},
                {"sockets_bytes", or_null(record.sockets_bytes)},
                {"unattributed_bytes", or_null(record.unattributed_bytes)},
                {"processes", record.processes},
                {"zombies", record.zombies},
                {"uninterruptible", record.uninterruptible},
                {"open_files", or_null(record.open_files)},
                {"findings", record.findings}};
}

Json finding_json(const FindingRecord& finding) {
    return Json{{"source", finding.source},
                {"rule", finding.rule},
                {"subject", or_null(finding.subject)},
                {"state", finding.state},
                {"sentence", finding.sentence},
                {"began_s", finding.began_s},
                {"seen_s", finding.seen_s},
                {"ended_s", or_null(finding.ended_s)}};
}

} // namespace

void patrol(std::ostream& out, const PatrolReport& report) {
    Json json = document();
    json["state"] = name_of(report.state);
    json["baseline_s"] = or_null(report.baseline_s);
    json["patrol"] = record_json(report.record);
    json["news"] = Json::array();
    for (const PatrolItem& news : report.news) {
        Json one{{"news", name_of(news.news)}, {"began_s", news.began_s}};
        one.update(check_item_json(news.item));
        json["news"].push_back(std::move(one));
    }
    json["findings"] = Json::array();
    for (const CheckItem& item : report.findings)
        json["findings"].push_back(check_item_json(item));
    out << to_text(json);
}

void patrol_history(std::ostream& out, const PatrolHistory& history) {
    Json json = document();
    json["baseline_s"] = or_null(history.baseline_s);
    json["patrols"] = Json::array();
    for (const PatrolRecord& record : history.records)
        json["patrols"].push_back(record_json(record));
    json["findings"] = Json::array();
    for (const FindingRecord& finding : history.findings)
        json["findings"].push_back(finding_json(finding));
    out << to_text(json);
}

} // namespace ghostmem::output::json
