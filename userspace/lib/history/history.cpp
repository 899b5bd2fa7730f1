#include "lib/history/history.h"

#include <fmt/format.h>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

// "gmpt", by which file(1) and we tell it from a database of another program.
constexpr uint64_t application_id = 0x676d7074;
constexpr uint64_t format = 1;

// Pages that become free are given back: with retention the file stays as large as its content.
constexpr const char* schema = R"(
PRAGMA auto_vacuum = INCREMENTAL;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS patrols (
    id INTEGER PRIMARY KEY,
    taken_s INTEGER NOT NULL, boot_id TEXT NOT NULL, log_next INTEGER, state TEXT NOT NULL,
    ghost_bytes INTEGER NOT NULL, free_bytes INTEGER NOT NULL, available_bytes INTEGER,
    sites_bytes INTEGER, sockets_bytes INTEGER, unattributed_bytes INTEGER,
    processes INTEGER NOT NULL, zombies INTEGER NOT NULL, uninterruptible INTEGER NOT NULL,
    open_files INTEGER, findings INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS patrols_by_time ON patrols (taken_s);
CREATE TABLE IF NOT EXISTS findings (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
    sentence TEXT NOT NULL, began_s INTEGER NOT NULL, seen_s INTEGER NOT NULL,
    told_s INTEGER NOT NULL, ended_s INTEGER);
CREATE TABLE IF NOT EXISTS baseline (
    id INTEGER PRIMARY KEY CHECK (id = 1), taken_s INTEGER NOT NULL, document TEXT NOT NULL);
)";

constexpr const char* patrol_columns =
    "taken_s, boot_id, log_next, state, ghost_bytes, free_bytes, available_bytes, sites_bytes, "
    "sockets_bytes, unattributed_bytes, processes, zombies, uninterruptible, open_files, findings";
constexpr const char* finding_columns =
    "id, source, rule, subject, state, sentence, began_s, seen_s, told_s, ended_s";

PatrolRecord patrol_of(const Statement& row) {
    return {.taken_s = row.number(0),
            .boot_id = row.text(1),
            .log_next = row.number_or_null(2),
            .state = row.text(3),
            .ghost_bytes = row.number(4),
            .free_bytes = row.number(5),
            .available_bytes = row.number_or_null(6),
            .sites_bytes = row.number_or_null(7),
            .sockets_bytes = row.number_or_null(8),
            .unattributed_bytes = row.number_or_null(9),
            .processes = row.number(10),
            .zombies = row.number(11),
            .uninterruptible = row.number(12),
            .open_files = row.number_or_null(13),
            .findings = row.number(14)};
}

FindingRecord finding_of(const Statement& row) {
    return {.row = row.number(0),
            .source = row.text(1),
            .rule = row.text(2),
            .subject = row.text(3),
            .state = row.text(4),
            .sentence = row.text(5),
            .began_s = row.number(6),
            .seen_s = row.number(7),
            .told_s = row.number(8),
            .ended_s = row.number_or_null(9)};
}

uint64_t pragma(Database& database, const char* name) {
    Statement statement = database.prepare(fmt::format("PRAGMA {}", name));
    return statement.step() ? statement.number(0) : 0;
}

} // namespace

History::History(const std::filesystem::path& file, Database::Access access)
    : database_(file, access) {
    Statement tables = database_.prepare("SELECT count(*) FROM sqlite_master");
    const bool empty = tables.step() && tables.number(0) == 0;
    if (empty && access == Database::Access::write) {
        create();
        return;
    }
    if (pragma(database_, "application_id") != application_id)
        throw Error(ErrorKind::io, file.string() + ": it is a database, but not one of leakctl; "
                                                   "name another file: --database");
    const uint64_t found = pragma(database_, "user_version");
    if (found > format)
        throw Error(ErrorKind::io,
                    fmt::format("{}: a newer leakctl has written it (format {}; this one reads "
                                "{})",
                                file.string(), found, format));
}

void History::create() {
    database_.execute(fmt::format("{}PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
                                  schema, application_id, format));
}

std::optional<Baseline> History::baseline() {
    Statement row = database_.prepare("SELECT taken_s, document FROM baseline");
    if (!row.step())
        return std::nullopt;
    return Baseline{row.number(0), row.text(1)};
}

std::optional<PatrolRecord> History::last() {
    const auto newest = records(1);
    return newest.empty() ? std::nullopt : std::optional(newest.front());
}

std::vector<FindingRecord> History::lasting() {
    Statement row = database_.prepare(
        fmt::format("SELECT {} FROM findings WHERE ended_s IS NULL ORDER BY id", finding_columns));
    std::vector<FindingRecord> all;
    while (row.step())
        all.push_back(finding_of(row));
    return all;
}

void History::add(const PatrolRecord& record, const std::vector<FindingRecord>& findings,
                  const std::optional<Baseline>& baseline, uint64_t keep_from_s) {
    database_.transaction([&] {
        put(record);
        for (const FindingRecord& finding : findings)
            put(finding);
        if (baseline)
            database_
                .prepare("INSERT OR REPLACE INTO baseline (id, taken_s, document) VALUES (1, ?, ?)")
                .bind(baseline->taken_s)
                .bind(baseline->document)
                .run();
        database_.prepare("DELETE FROM patrols WHERE taken_s < ?").bind(keep_from_s).run();
        database_.prepare("DELETE FROM findings WHERE ended_s < ?").bind(keep_from_s).run();
    });
    database_.execute("PRAGMA incremental_vacuum");
}

void History::put(const PatrolRecord& record) {
    database_
        .prepare(fmt::format("INSERT INTO patrols ({}) VALUES "
                             "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             patrol_columns))
        .bind(record.taken_s)
        .bind(record.boot_id)
        .bind(record.log_next)
        .bind(record.state)
        .bind(record.ghost_bytes)
        .bind(record.free_bytes)
        .bind(record.available_bytes)
        .bind(record.sites_bytes)
        .bind(record.sockets_bytes)
        .bind(record.unattributed_bytes)
        .bind(record.processes)
        .bind(record.zombies)
        .bind(record.uninterruptible)
        .bind(record.open_files)
        .bind(record.findings)
        .run();
}

void History::put(const FindingRecord& finding) {
    database_
        .prepare(fmt::format("INSERT OR REPLACE INTO findings ({}) VALUES "
                             "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             finding_columns))
        .bind(finding.row == 0 ? std::nullopt : std::optional(finding.row))
        .bind(finding.source)
        .bind(finding.rule)
        .bind(finding.subject)
        .bind(finding.state)
        .bind(finding.sentence)
        .bind(finding.began_s)
        .bind(finding.seen_s)
        .bind(finding.told_s)
        .bind(finding.ended_s)
        .run();
}

std::vector<PatrolRecord> History::records(size_t most) {
    Statement row = database_.prepare(
        fmt::format("SELECT {} FROM patrols ORDER BY id DESC LIMIT ?", patrol_columns));
    row.bind(uint64_t{most});
    std::vector<PatrolRecord> all;
    while (row.step())
        all.push_back(patrol_of(row));
    return all;
}

std::vector<FindingRecord> History::findings(size_t most) {
    Statement row = database_.prepare(
        fmt::format("SELECT {} FROM findings ORDER BY ended_s IS NOT NULL, seen_s DESC, id DESC "
                    "LIMIT ?",
                    finding_columns));
    row.bind(uint64_t{most});
    std::vector<FindingRecord> all;
    while (row.step())
        all.push_back(finding_of(row));
    return all;
}

} // namespace ghostmem
