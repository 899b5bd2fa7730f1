#include "output/json/procs.h"

namespace ghostmem::output::json {

namespace {

Json tasks_json(const TaskNumbers& tasks) {
    return Json{{"processes", tasks.processes},
                {"threads", tasks.threads},
                {"kernel_threads", tasks.kernel_threads},
                {"zombies", tasks.zombies},
                {"uninterruptible", tasks.uninterruptible},
                {"waking", tasks.waking}};
}

Json files_json(const std::optional<FileTables>& tables) {
    if (!tables)
        return nullptr;
    return Json{{"open", tables->files},
                {"limit", tables->files_limit},
                {"inodes", or_null(tables->inodes)},
                {"inodes_free", or_null(tables->inodes_free)}};
}

} // namespace

Json proc_finding_json(const ProcFinding& finding) {
    return Json{{"pid", or_null(finding.pid)},
                {"ppid", or_null(finding.ppid)},
                {"comm", or_null(finding.comm)},
                {"finding", name_of(finding.kind)},
                {"confidence", name_of(finding.confidence)},
                {"sentence", finding.sentence},
                {"evidence", finding.evidence},
                {"remedy", or_null(finding.remedy)},
                {"count", or_null(finding.count)},
                {"bytes", or_null(finding.bytes)},
                {"duration_s", or_null(finding.seconds)},
                {"growth_per_s", or_null(finding.growth)}};
}

void procs(std::ostream& out, const ProcsReport& report) {
    Json json = document();
    json["interval_s"] = report.interval_s;
    json["sort"] = name_of(report.options.sort);
    json["tasks"] = tasks_json(report.tasks);
    json["files"] = files_json(report.tables);
    json["dying_cgroups"] = or_null(report.dying_cgroups);
    json["matched"] = report.matched;
    json["left_out"] = report.doubtful;
    json["notes"] = report.notes;
    json["cost"] = Json{{"cpu_s", report.cost.cpu_s},
                        {"cpu_percent", report.cpu_percent()},
                        {"memory_bytes", report.cost.peak_bytes}};
    json["procs"] = Json::array();
    for (const ProcFinding& finding : report.findings)
        json["procs"].push_back(proc_finding_json(finding));
    out << to_text(json);
}

} // namespace ghostmem::output::json
