// `leakctl patrol`: what is news, what the history keeps, and what the baseline is for.
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "commands/patrol.h"
#include "lib/base/error.h"
#include "lib/patrol/patrol.h"
#include "output/json/patrol.h"
#include "output/json/snapshot.h"
#include "output/text/patrol.h"
#include "support/golden.h"
#include "support/schema.h"
#include "support/snapshot_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t mib = 1024 * 1024;

struct PatrolTest : testing::Test {
    SnapshotHostSample host;
    std::filesystem::path file = host.root() / "patrol.db";
    PatrolOptions options;

    // A patrol that stores what it has seen, as the command does.
    PatrolReport patrol(const Snapshot& now) {
        History history(file, Database::Access::write);
        PatrolPast past;
        past.last = history.last();
        past.lasting = history.lasting();
        if (const auto stored = history.baseline())
            past.baseline = output::json::parse_snapshot(stored->document);
        PatrolReport report = make_patrol(now, past, options);
        std::ostringstream text;
        output::json::snapshot(text, now);
        const auto keep = static_cast<uint64_t>(options.keep.count());
        history.add(report.record, report.stored,
                    past.baseline ? std::nullopt
                                  : std::optional(Baseline{now.host.taken_s, text.str()}),
                    now.host.taken_s - keep);
        return report;
    }

    static Snapshot after(Snapshot snapshot, uint64_t seconds) {
        snapshot.host.taken_s += seconds;
        return snapshot;
    }

    static std::vector<std::string> words(const PatrolReport& report) {
        std::vector<std::string> all;
        for (const PatrolItem& news : report.news)
            all.push_back(std::string(name_of(news.news)) + " " + news.item.rule);
        return all;
    }
};

TEST_F(PatrolTest, Golden) {
    patrol(small_snapshot());
    Snapshot later = later_snapshot();
    later.log->events = {
        {"oom_kill", KmsgSeverity::critical, 2, "Out of memory: Killed process 77", 9050}};
    const PatrolReport report = patrol(later);
    std::ostringstream text;
    output::text::patrol(text, output::Style(false), report);
    expect_golden("golden/patrol.txt", text.str());
    std::ostringstream document;
    output::json::patrol(document, report);
    expect_golden("golden/patrol.json", document.str());

    patrol(after(small_snapshot(), 7200));
    History history(file, Database::Access::read);
    const PatrolHistory all{sample_time_s, history.records(10), history.findings(10)};
    std::ostringstream table;
    output::text::patrol_history(table, output::Style(false), all);
    expect_golden("golden/patrol-history.txt", table.str());
    std::ostringstream json;
    output::json::patrol_history(json, all);
    expect_golden("golden/patrol-history.json", json.str());
}

TEST_F(PatrolTest, IsQuietWhenAllIsWell) {
    for (uint64_t minutes = 0; minutes < 60; minutes += 5) {
        const PatrolReport report = patrol(after(small_snapshot(), minutes * 60));
        EXPECT_EQ(report.state, CheckState::ok);
        std::ostringstream text;
        output::text::patrol(text, output::Style(false), report);
        EXPECT_EQ(text.str(), "");
    }
}

TEST_F(PatrolTest, TellsWhatBeginsOnceAndWhatEnds) {
    patrol(small_snapshot());
    EXPECT_THAT(words(patrol(later_snapshot())),
                testing::UnorderedElementsAre("began growth", "began zombies", "began link_down",
                                              "began memory", "began sites"));
    EXPECT_THAT(words(patrol(after(later_snapshot(), 300))), IsEmpty());
    const PatrolReport over = patrol(after(small_snapshot(), 7200));
    EXPECT_THAT(words(over), Contains("ended zombies"));
    EXPECT_THAT(over.news, SizeIs(5));
    EXPECT_EQ(over.news.front().began_s, later_snapshot().host.taken_s);
    EXPECT_THAT(words(patrol(after(small_snapshot(), 7500))), IsEmpty());
    EXPECT_THAT(words(patrol(after(later_snapshot(), 7800))), Contains("began zombies"))
        << "it is another one";
}

TEST_F(PatrolTest, TellsAgainAfterAWhile) {
    options.remind = std::chrono::hours{2};
    Snapshot sick = small_snapshot();
    sick.procs = later_snapshot().procs;
    EXPECT_THAT(words(patrol(sick)), ElementsAre("began zombies"));
    EXPECT_THAT(words(patrol(after(sick, 3600))), IsEmpty());
    EXPECT_THAT(words(patrol(after(sick, 7200))), ElementsAre("lasts zombies"));
    EXPECT_THAT(words(patrol(after(sick, 7300))), IsEmpty());
}

TEST_F(PatrolTest, TellsWhatBecomesWorse) {
    Snapshot sick = small_snapshot();
    sick.procs = later_snapshot().procs;
    sick.procs[0].finding = "stuck";
    sick.procs[0].seconds = 30;
    patrol(sick);
    sick.procs[0].seconds = 500;
    const PatrolReport report = patrol(after(sick, 300));
    EXPECT_THAT(words(report), ElementsAre("worse stuck"));
    EXPECT_EQ(report.news[0].item.state, CheckState::critical);
    sick.procs[0].seconds = 30;
    EXPECT_THAT(words(patrol(after(sick, 600))), IsEmpty()) << "better is no news";
}

TEST_F(PatrolTest, EventsAreToldOnceButNotThoseOfBefore) {
    Snapshot snapshot = small_snapshot();
    snapshot.log->events = {{"oom_kill", KmsgSeverity::critical, 1, "Out of memory", 50},
                            {"usb_reset", KmsgSeverity::warning, 9, "reset", 60}};
    EXPECT_THAT(words(patrol(snapshot)), IsEmpty());
    const PatrolReport report = patrol(after(snapshot, 300));
    EXPECT_THAT(words(report), ElementsAre("happened oom_kill"));
    EXPECT_EQ(report.state, CheckState::ok) << "it is over";
}

TEST_F(PatrolTest, WhatCannotBeSeenHasNotEnded) {
    patrol(small_snapshot());
    patrol(later_snapshot());
    Snapshot blind = after(later_snapshot(), 300);
    blind.log.reset();
    blind.sites.reset();
    EXPECT_THAT(words(patrol(blind)), IsEmpty());
    EXPECT_THAT(words(patrol(after(later_snapshot(), 600))), IsEmpty());
}

TEST(Baseline, OnlyWhatGrowsByLeaksIsCompared) {
    const Snapshot was = small_snapshot();
    Snapshot is = later_snapshot();
    for (SnapshotPart& part : is.memory.parts)
        part.bytes += 4096 * mib;
    is.processes[0].anonymous_bytes += 4096 * mib;
    is.slab->front().bytes += 4096 * mib;
    is.sites->back().live_bytes += 4096 * mib;
    const auto items = since_baseline(was, is, {});
    EXPECT_THAT(items, SizeIs(2));
    EXPECT_THAT(items, Contains(Field(&CheckItem::sentence,
                                      "sites lab_probe [lab] has grown by 512.0 MiB since the "
                                      "baseline, from 16.0 MiB to 528.0 MiB")));
    EXPECT_THAT(items, Contains(Field(&CheckItem::subject, "ghost")));
    Thresholds patient;
    patient.baseline_bytes = 600 * mib;
    EXPECT_THAT(since_baseline(was, is, patient), IsEmpty());
    patient.baseline_bytes = mib;
    patient.baseline_percent = 4;
    EXPECT_THAT(since_baseline(was, is, patient), IsEmpty());
    EXPECT_THAT(since_baseline(is, was, {}), IsEmpty()) << "it shrank";
}

TEST_F(PatrolTest, OldHistoryIsForgottenButWhatLasts) {
    options.keep = std::chrono::hours{1};
    Snapshot sick = small_snapshot();
    sick.procs = later_snapshot().procs;
    patrol(sick);
    patrol(after(small_snapshot(), 300));
    Snapshot stuck = after(sick, 600);
    stuck.procs[0].finding = "stuck";
    patrol(stuck);
    stuck.host.taken_s += 7200;
    patrol(stuck);
    History history(file, Database::Access::read);
    EXPECT_THAT(history.records(10), SizeIs(1));
    const auto findings = history.findings(10);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].rule, "stuck");
    EXPECT_EQ(findings[0].began_s, sample_time_s + 600);
    EXPECT_TRUE(history.baseline());
}

TEST_F(PatrolTest, TheFileDoesNotGrowForEver) {
    options.keep = std::chrono::hours{1};
    uintmax_t settled = 0;
    for (uint64_t round = 0; round < 400; ++round) {
        patrol(after(round % 2 == 0 ? small_snapshot() : later_snapshot(), round * 60));
        if (round == 200)
            settled = std::filesystem::file_size(file);
    }
    EXPECT_LE(std::filesystem::file_size(file), settled + settled / 10);
}

TEST_F(PatrolTest, AForeignOrDamagedDatabaseIsRefused) {
    const auto problem = [&](Database::Access access) -> std::string {
        try {
            History history(file, access);
        } catch (const Error& error) {
            return error.what();
        }
        return "(it was taken)";
    };
    EXPECT_THAT(problem(Database::Access::read), HasSubstr("cannot open it"));
    write_file(file.string(), std::string(4096, 'x'));
    EXPECT_THAT(problem(Database::Access::write), HasSubstr("no database of SQLite"));
    std::filesystem::remove(file);
    Database(file, Database::Access::write).execute("CREATE TABLE theirs (a)");
    EXPECT_THAT(problem(Database::Access::write), HasSubstr("not one of leakctl"));
    std::filesystem::remove(file);
    EXPECT_EQ(problem(Database::Access::write), "(it was taken)");
    Database(file, Database::Access::write).execute("PRAGMA user_version = 9");
    EXPECT_THAT(problem(Database::Access::write), HasSubstr("a newer leakctl has written it"));
}

TEST_F(PatrolTest, AllOfAPatrolIsStoredOrNothing) {
    Database database(file, Database::Access::write);
    database.execute("CREATE TABLE a (b INTEGER NOT NULL)");
    EXPECT_THROW(database.transaction([&] {
        database.execute("INSERT INTO a VALUES (1)");
        database.execute("INSERT INTO a VALUES (NULL)");
    }),
                 Error);
    Statement count = database.prepare("SELECT count(*) FROM a");
    ASSERT_TRUE(count.step());
    EXPECT_EQ(count.number(0), 0U);
}

TEST_F(PatrolTest, TheCommand) {
    std::ostringstream out;
    commands::Context context{host.kernel, host.diag, host.module_clock, out, host.root()};
    commands::PatrolArguments arguments;
    arguments.database = host.root() / "new/directory/patrol.db";
    EXPECT_THROW(commands::patrol_history(context, arguments), Error) << "there is none yet";
    arguments.snapshot.taken_s = sample_time_s;
    EXPECT_EQ(commands::patrol(context, arguments), 0) << "also when something is found";
    EXPECT_THAT(out.str(), HasSubstr("warning, new: zombies job (runner) 1[812]: "));
    out.str("");
    arguments.snapshot.taken_s += 300;
    EXPECT_EQ(commands::patrol(context, arguments), 0);
    EXPECT_EQ(out.str(), "");
    context.json = true;
    EXPECT_EQ(commands::patrol_history(context, arguments), 0);
    EXPECT_EQ(nlohmann::json::parse(out.str()).at("patrols").size(), 2U);
    out.str("");
    std::ostringstream other;
    output::json::snapshot(other, small_snapshot());
    host.write("other.json", other.str());
    arguments.baseline = (host.root() / "other.json").string();
    EXPECT_EQ(commands::patrol(context, arguments), 0);
    EXPECT_EQ(nlohmann::json::parse(out.str()).at("baseline_s"), sample_time_s);
    arguments.baseline = (host.root() / "proc/meminfo").string();
    EXPECT_THROW(commands::patrol(context, arguments), Error);
}

} // namespace
} // namespace ghostmem
