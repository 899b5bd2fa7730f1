// Runs commands against a fake kernel.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "commands/config.h"
#include "commands/export.h"
#include "commands/reset.h"
#include "commands/sites.h"
#include "commands/status.h"
#include "commands/trace.h"
#include "lib/base/error.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::commands {
namespace {

using namespace test;

ExportArguments export_as(ExportFormat format,
                          const std::optional<std::filesystem::path>& file = {}) {
    ExportArguments arguments;
    arguments.format = format;
    arguments.file = file;
    return arguments;
}

struct CommandTest : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/ghostmem-" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    std::ostringstream out;
    Context context{kernel, diag, clock, out, root};

    void SetUp() override {
        std::filesystem::create_directories(root / "proc");
        std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", root / "proc/meminfo",
                                   std::filesystem::copy_options::overwrite_existing);
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    StatusReport status_report() { return gather_status(kernel, root); }

    void unload() {
        kernel.before_status = [] { throw module_not_loaded(); };
        kernel.before_sites = kernel.before_status;
    }
    template <typename Function> ErrorKind failure(Function function) {
        try {
            function();
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::io;
    }
};

TEST_F(CommandTest, StatusJoinsProcAndModule) {
    const StatusReport report = status_report();
    EXPECT_EQ(report.ledger.total, 2022316U * 1024);
    EXPECT_EQ(report.ghost_sites_bytes(), (4096U + 512 + 128) * 4096);
    EXPECT_EQ(report.unattributed_bytes(), report.ledger.ghost - (4096U + 512 + 128) * 4096);
    EXPECT_EQ(report.verdict.level, VerdictLevel::leak);
    EXPECT_EQ(kernel.asked.at(0).min_pages, 1U);
}

TEST_F(CommandTest, StatusPrintsTextOrJson) {
    EXPECT_EQ(status(context, {}), 0);
    EXPECT_TRUE(out.str().starts_with("ghostmem 0.1.0"));
    out.str("");
    context.json = true;
    EXPECT_EQ(status(context, {}), 0);
    const auto json = nlohmann::json::parse(out.str());
    EXPECT_EQ(json["ledger"]["total_bytes"], 2022316U * 1024);
    EXPECT_EQ(json["ghost"]["sites_bytes"], (4096U + 512 + 128) * 4096);
    EXPECT_EQ(json["verdict"]["level"], "leak");
}

TEST_F(CommandTest, StatusWithoutModulePrintsThenFails) {
    unload();
    EXPECT_EQ(failure([&] { status(context, {}); }), ErrorKind::no_module);
    EXPECT_TRUE(out.str().starts_with("ghostmem  module not loaded"));
    out.str("");
    context.json = true;
    EXPECT_EQ(failure([&] { status(context, {}); }), ErrorKind::no_module);
    EXPECT_EQ(nlohmann::json::parse(out.str())["module"]["loaded"], false);
    const StatusReport report = status_report();
    EXPECT_FALSE(report.status);
    EXPECT_FALSE(report.ghost_sites_bytes());
    EXPECT_EQ(report.unattributed_bytes(), report.ledger.ghost);
}

// The ledger is for everybody; what needs root is said, and is not called a missing module.
TEST_F(CommandTest, StatusWithoutTheModulesAnswerPrintsTheLedger) {
    struct Case {
        ErrorKind kind;
        const char* heading;
        const char* word;
    };
    for (const Case& each :
         {Case{ErrorKind::not_permitted, "only root may ask it", "not_permitted"},
          Case{ErrorKind::unreachable, "network namespace", "unreachable"},
          Case{ErrorKind::loading, "being loaded", "loading"}}) {
        kernel.before_status = [&] { throw Error(each.kind, "do this next"); };
        out.str("");
        context.json = false;
        EXPECT_EQ(failure([&] { status(context, {}); }), each.kind);
        EXPECT_NE(out.str().find(each.heading), std::string::npos) << out.str();
        EXPECT_NE(out.str().find("ghosts, estimated"), std::string::npos) << out.str();
        EXPECT_NE(out.str().find("Nothing can be attributed: do this next."), std::string::npos)
            << out.str();
        EXPECT_EQ(out.str().find("not loaded"), std::string::npos) << out.str();
        out.str("");
        context.json = true;
        EXPECT_EQ(failure([&] { status(context, {}); }), each.kind);
        const auto json = nlohmann::json::parse(out.str());
        EXPECT_EQ(json["module"]["problem"], each.word);
        EXPECT_EQ(json["module"]["loaded"], false);
        EXPECT_EQ(json["ledger"]["total_bytes"], 2022316U * 1024);
        out.str("");
        EXPECT_EQ(failure([&] { export_all(context, export_as(ExportFormat::prometheus)); }),
                  each.kind);
        EXPECT_EQ(out.str(), "") << "whether the module records is not known";
    }
}

TEST_F(CommandTest, StatusFailsForOtherReasons) {
    kernel.before_status = [] { throw Error(ErrorKind::wrong_abi, "no"); };
    EXPECT_EQ(failure([&] { status(context, {}); }), ErrorKind::wrong_abi);
    EXPECT_EQ(out.str(), "");
}

TEST_F(CommandTest, StatusOfATrackerThatGaveUpStillReports) {
    kernel.state.disabled_reason = "torn";
    kernel.before_sites = [] { throw Error(ErrorKind::disabled, "torn"); };
    EXPECT_EQ(status(context, {}), 0);
    EXPECT_FALSE(status_report().sites_known);
    EXPECT_EQ(status_report().verdict.level, VerdictLevel::warn);
}

// A tracker that refuses to list its sites has to report a reason.
TEST_F(CommandTest, StatusWithoutSitesNeedsAReason) {
    kernel.before_sites = [] { throw Error(ErrorKind::disabled, "torn"); };
    EXPECT_EQ(failure([&] { status(context, {}); }), ErrorKind::disabled);
    EXPECT_EQ(out.str(), "");
}

TEST_F(CommandTest, StatusOfASampledTrackerSumsUpEstimates) {
    kernel.state.live_pages = 1;
    EXPECT_EQ(status_report().status->live_pages, 1U) << "nothing to estimate";
    kernel.state.level = 7;
    uint64_t pages = 0;
    for (const Site& site : kernel.held)
        pages += site.live_pages;
    EXPECT_EQ(status_report().status->live_pages, pages);
}

TEST_F(CommandTest, StatusOfATrackerSwitchedOffKnowsNoSites) {
    kernel.state.mode = Mode::off;
    EXPECT_FALSE(status_report().ghost_sites_bytes());
    EXPECT_TRUE(kernel.asked.empty());
    EXPECT_EQ(status(context, {}), 0);
}

TEST_F(CommandTest, StatusNeedsProc) {
    std::filesystem::remove(root / "proc/meminfo");
    EXPECT_EQ(failure([&] { status(context, {}); }), ErrorKind::io);
}

TEST_F(CommandTest, SitesListsGhosts) {
    kernel.held[3].flags |= GHOSTMEM_SITE_F_RECLAIMABLE; // slab that is half of memory
    const SitesReport report = sites(context, {});
    EXPECT_EQ(report.selection.sites.size(), 3U);
    EXPECT_FALSE(report.interval);
    EXPECT_EQ(clock.time.count(), 0);
}

TEST_F(CommandTest, SitesListsWhatIsUnusuallyLarge) {
    const SitesReport report = sites(context, {});
    ASSERT_EQ(report.selection.sites.size(), 4U);
    EXPECT_EQ(report.selection.sites[0].cls, SiteClass::slab);
    std::filesystem::remove(root / "proc/meminfo");
    EXPECT_EQ(sites(context, {}).selection.sites.size(), 3U);
}

TEST_F(CommandTest, SitesMeasuresRates) {
    SitesArguments arguments;
    arguments.list.sort = SortKey::rate;
    arguments.interval = std::chrono::milliseconds{2000};
    kernel.before_sites = [&] {
        if (clock.time.count() != 0)
            kernel.held[2].live_pages += 1000;
    };
    const SitesReport report = sites(context, arguments);
    EXPECT_EQ(report.interval, arguments.interval);
    EXPECT_EQ(report.selection.sites.at(0).site.slot, 4U);
    EXPECT_DOUBLE_EQ(*report.selection.sites[0].rate, 1000 * 4096 / 2.0);
    EXPECT_DOUBLE_EQ(*report.selection.sites[1].rate, 0);
}

TEST_F(CommandTest, SitesRefusesARateOverAReset) {
    SitesArguments arguments;
    arguments.list.sort = SortKey::rate;
    kernel.before_sites = [&] { ++kernel.state.generation; };
    EXPECT_EQ(failure([&] { sites(context, arguments); }), ErrorKind::inconsistent);
}

TEST_F(CommandTest, SitesNeedsATrackerThatRecords) {
    kernel.state.mode = Mode::off;
    EXPECT_EQ(failure([&] { sites(context, {}); }), ErrorKind::not_recording);
}

TEST_F(CommandTest, TraceReportsTheWindow) {
    TraceArguments arguments;
    arguments.window = {std::chrono::seconds{10}, std::chrono::seconds{5}};
    std::ostringstream bar_text;
    output::ProgressBar bar(bar_text, true);
    const TraceReport report = trace(context, arguments, bar);
    EXPECT_EQ(report.until_s - report.since_s, 10U);
    EXPECT_EQ(report.settled.count(), 5);
    EXPECT_EQ(report.list.selection.sites.at(0).window_bytes, 2048U * 4096);
    EXPECT_TRUE(bar_text.str().ends_with("\x1b[K"));
}

TEST_F(CommandTest, ResetResets) {
    EXPECT_EQ(reset(context), 0);
    EXPECT_EQ(kernel.resets, 1);
    EXPECT_TRUE(out.str().starts_with("reset: "));
}

TEST_F(CommandTest, ConfigShowsAndChanges) {
    EXPECT_EQ(config(context, {}), 0);
    EXPECT_TRUE(out.str().starts_with("mode=exact\n"));
    out.str("");
    ConfigChange change;
    change.mode = Mode::exact;
    EXPECT_EQ(config(context, change), 0);
    EXPECT_EQ(out.str().find("forgotten"), std::string::npos);
    out.str("");
    kernel.state.sites = 3;
    change.mode = Mode::off;
    EXPECT_EQ(config(context, change), 0);
    EXPECT_TRUE(out.str().starts_with("mode=off\n"));
    EXPECT_NE(out.str().find("\n# all records of pages were forgotten, of 3 sites\n"),
              std::string::npos);
    EXPECT_EQ(kernel.state.mode, Mode::off);
    // With the mode off there was nothing to forget.
    out.str("");
    change.mode = Mode::sampled;
    EXPECT_EQ(config(context, change), 0);
    EXPECT_EQ(out.str().find("forgotten"), std::string::npos);
}

TEST_F(CommandTest, ExportJsonHasAllClasses) {
    EXPECT_EQ(export_all(context, {}), 0);
    EXPECT_NE(out.str().find("\"class\": \"slab\""), std::string::npos);
    ExportArguments arguments;
    arguments.list.classes = ClassSet{SiteClass::direct};
    out.str("");
    EXPECT_EQ(export_all(context, arguments), 0);
    EXPECT_EQ(out.str().find("\"class\": \"slab\""), std::string::npos);
}

TEST_F(CommandTest, ExportFoldedHasGhosts) {
    EXPECT_EQ(export_all(context, export_as(ExportFormat::folded)), 0);
    const std::string lines = out.str();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
}

TEST_F(CommandTest, ExportReplacesAFile) {
    const std::filesystem::path file = root / "ghosts.prom";
    EXPECT_EQ(export_all(context, export_as(ExportFormat::prometheus, file)), 0);
    EXPECT_EQ(out.str(), "");
    EXPECT_NE(read_file(file).find("ghostmem_up 1"), std::string::npos);
}

TEST_F(CommandTest, ExportWithoutModule) {
    unload();
    for (const auto format : {ExportFormat::json, ExportFormat::folded})
        EXPECT_EQ(failure([&] { export_all(context, export_as(format)); }), ErrorKind::no_module);
    EXPECT_EQ(out.str(), "");
    EXPECT_EQ(failure([&] { export_all(context, export_as(ExportFormat::prometheus)); }),
              ErrorKind::no_module);
    EXPECT_NE(out.str().find("ghostmem_up 0\n"), std::string::npos);
}

// What does not record has one answer, whoever asks, and replaces no file by an empty one.
TEST_F(CommandTest, ATrackerThatDoesNotRecordHasOneAnswer) {
    const auto answer = [&](auto function) -> std::string {
        try {
            function();
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const std::filesystem::path file = root / "ghosts";
    write_file(file, "of before");
    TraceArguments window;
    std::ostringstream bar_text;
    output::ProgressBar bar(bar_text, false);
    const auto turned_off = [](Status& status) { status.mode = Mode::off; };
    const auto gave_up = [](Status& status) { status.disabled_reason = "torn"; };
    const auto arming = [](Status& status) { status.change = Change::arming; };
    for (void (*make)(Status&) : {+turned_off, +gave_up, +arming}) {
        kernel.state = recording_status();
        make(kernel.state);
        const std::string want = answer([&] { sites(context, {}); });
        EXPECT_NE(want, "no error");
        EXPECT_EQ(answer([&] { trace(context, window, bar); }), want);
        for (const auto format : {ExportFormat::json, ExportFormat::folded}) {
            EXPECT_EQ(answer([&] { export_all(context, export_as(format)); }), want);
            EXPECT_EQ(answer([&] { export_all(context, export_as(format, file)); }), want);
        }
        EXPECT_EQ(out.str(), "");
        EXPECT_EQ(read_file(file), "of before");
        EXPECT_EQ(answer([&] { export_all(context, export_as(ExportFormat::prometheus)); }), want);
        EXPECT_NE(out.str().find("ghostmem_up 0\n"), std::string::npos);
        out.str("");
    }
    kernel.state = recording_status();
    kernel.state.mode = Mode::off;
    EXPECT_EQ(answer([&] { sites(context, {}); }),
              "tracking is off; turn it on: leakctl config mode=sampled");
}

} // namespace
} // namespace ghostmem::commands
