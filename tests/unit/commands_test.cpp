// Commands against a fake kernel.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

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

struct Recorder : output::Output {
    std::optional<StatusReport> got_status;
    std::optional<SitesReport> got_sites;
    std::optional<TraceReport> got_trace;
    std::optional<SocketsReport> got_sockets;
    std::optional<Mode> got_mode;
    int resets = 0;

    void status(const StatusReport& report) override { got_status = report; }
    void sites(const SitesReport& report) override { got_sites = report; }
    void trace(const TraceReport& report) override { got_trace = report; }
    void sockets(const SocketsReport& report) override { got_sockets = report; }
    void config(const Status& status) override { got_mode = status.mode; }
    void reset() override { ++resets; }
};

struct CommandTest : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/ghostmem-" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    Recorder out;
    Context context{kernel, diag, clock, out, root};

    void SetUp() override {
        std::filesystem::create_directories(root / "proc");
        std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", root / "proc/meminfo",
                                   std::filesystem::copy_options::overwrite_existing);
    }
    void TearDown() override { std::filesystem::remove_all(root); }

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
    EXPECT_EQ(status(context), 0);
    ASSERT_TRUE(out.got_status);
    EXPECT_EQ(out.got_status->ledger.total, 2022316U * 1024);
    EXPECT_EQ(out.got_status->ghost_sites_bytes(), (4096U + 512 + 128) * 4096);
    EXPECT_EQ(out.got_status->unattributed_bytes(),
              out.got_status->ledger.ghost - (4096U + 512 + 128) * 4096);
    EXPECT_EQ(out.got_status->verdict.level, VerdictLevel::leak);
    EXPECT_EQ(kernel.asked.at(0).min_pages, 1U);
}

TEST_F(CommandTest, StatusWithoutModulePrintsThenFails) {
    unload();
    EXPECT_EQ(failure([&] { status(context); }), ErrorKind::no_module);
    ASSERT_TRUE(out.got_status);
    EXPECT_FALSE(out.got_status->status);
    EXPECT_FALSE(out.got_status->ghost_sites_bytes());
    EXPECT_EQ(out.got_status->unattributed_bytes(), out.got_status->ledger.ghost);
}

TEST_F(CommandTest, StatusWithoutPermissionPrintsNothing) {
    kernel.before_status = [] { throw Error(ErrorKind::not_permitted, "no"); };
    EXPECT_EQ(failure([&] { status(context); }), ErrorKind::not_permitted);
    EXPECT_FALSE(out.got_status);
}

TEST_F(CommandTest, StatusOfATrackerThatGaveUpStillReports) {
    kernel.state.disabled_reason = "torn";
    kernel.before_sites = [] { throw Error(ErrorKind::disabled, "torn"); };
    EXPECT_EQ(status(context), 0);
    EXPECT_FALSE(out.got_status->sites_known);
    EXPECT_EQ(out.got_status->verdict.level, VerdictLevel::warn);
}

// Only a tracker that says why may refuse its sites.
TEST_F(CommandTest, StatusWithoutSitesNeedsAReason) {
    kernel.before_sites = [] { throw Error(ErrorKind::disabled, "torn"); };
    EXPECT_EQ(failure([&] { status(context); }), ErrorKind::disabled);
    EXPECT_FALSE(out.got_status);
}

TEST_F(CommandTest, StatusOfASampledTrackerSumsUpEstimates) {
    kernel.state.live_pages = 1;
    EXPECT_EQ(status(context), 0);
    EXPECT_EQ(out.got_status->status->live_pages, 1U) << "nothing to estimate";
    kernel.state.level = 7;
    EXPECT_EQ(status(context), 0);
    uint64_t pages = 0;
    for (const Site& site : kernel.held)
        pages += site.live_pages;
    EXPECT_EQ(out.got_status->status->live_pages, pages);
}

TEST_F(CommandTest, StatusOfATrackerSwitchedOffKnowsNoSites) {
    kernel.state.mode = Mode::off;
    EXPECT_EQ(status(context), 0);
    EXPECT_FALSE(out.got_status->ghost_sites_bytes());
    EXPECT_TRUE(kernel.asked.empty());
}

TEST_F(CommandTest, StatusNeedsProc) {
    std::filesystem::remove(root / "proc/meminfo");
    EXPECT_EQ(failure([&] { status(context); }), ErrorKind::io);
}

TEST_F(CommandTest, SitesListsGhosts) {
    EXPECT_EQ(sites(context, {}), 0);
    EXPECT_EQ(out.got_sites->selection.sites.size(), 3U);
    EXPECT_FALSE(out.got_sites->interval);
    EXPECT_EQ(clock.time.count(), 0);
}

TEST_F(CommandTest, SitesMeasuresRates) {
    SitesArguments arguments;
    arguments.list.sort = SortKey::rate;
    arguments.interval = std::chrono::milliseconds{2000};
    kernel.before_sites = [&] {
        if (clock.time.count() != 0)
            kernel.held[2].live_pages += 1000;
    };
    EXPECT_EQ(sites(context, arguments), 0);
    EXPECT_EQ(out.got_sites->interval, arguments.interval);
    EXPECT_EQ(out.got_sites->selection.sites.at(0).site.slot, 4U);
    EXPECT_DOUBLE_EQ(*out.got_sites->selection.sites[0].rate, 1000 * 4096 / 2.0);
    EXPECT_DOUBLE_EQ(*out.got_sites->selection.sites[1].rate, 0);
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
    EXPECT_EQ(trace(context, arguments, bar), 0);
    EXPECT_EQ(out.got_trace->until_s - out.got_trace->since_s, 10U);
    EXPECT_EQ(out.got_trace->settled.count(), 5);
    EXPECT_EQ(out.got_trace->list.selection.sites.at(0).window_bytes, 2048U * 4096);
    EXPECT_TRUE(bar_text.str().ends_with("\x1b[K"));
}

TEST_F(CommandTest, ResetResets) {
    EXPECT_EQ(reset(context), 0);
    EXPECT_EQ(kernel.resets, 1);
    EXPECT_EQ(out.resets, 1);
}

TEST_F(CommandTest, ConfigShowsAndChanges) {
    EXPECT_EQ(config(context, {}), 0);
    EXPECT_EQ(out.got_mode, Mode::exact);
    ConfigChange off;
    off.mode = Mode::off;
    EXPECT_EQ(config(context, off), 0);
    EXPECT_EQ(out.got_mode, Mode::off);
    EXPECT_EQ(kernel.state.mode, Mode::off);
}

TEST_F(CommandTest, ExportJsonHasAllClasses) {
    std::ostringstream text;
    EXPECT_EQ(export_all(context, {}, text), 0);
    EXPECT_NE(text.str().find("\"class\": \"slab\""), std::string::npos);
    ExportArguments arguments;
    arguments.list.classes = ClassSet{SiteClass::direct};
    text.str("");
    EXPECT_EQ(export_all(context, arguments, text), 0);
    EXPECT_EQ(text.str().find("\"class\": \"slab\""), std::string::npos);
}

TEST_F(CommandTest, ExportFoldedHasGhosts) {
    std::ostringstream text;
    EXPECT_EQ(export_all(context, {ExportFormat::folded, {}, {}}, text), 0);
    const std::string lines = text.str();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
}

TEST_F(CommandTest, ExportReplacesAFile) {
    const std::filesystem::path file = root / "ghosts.prom";
    std::ostringstream text;
    EXPECT_EQ(export_all(context, {ExportFormat::prometheus, {}, file}, text), 0);
    EXPECT_EQ(text.str(), "");
    EXPECT_NE(read_file(file).find("ghostmem_up 1"), std::string::npos);
}

TEST_F(CommandTest, ExportWithoutModule) {
    unload();
    std::ostringstream text;
    for (const auto format : {ExportFormat::json, ExportFormat::folded})
        EXPECT_EQ(failure([&] {
                      export_all(context, {format, {}, {}}, text);
                  }),
                  ErrorKind::no_module);
    EXPECT_EQ(text.str(), "");
    EXPECT_EQ(failure([&] {
                  export_all(context, {ExportFormat::prometheus, {}, {}}, text);
              }),
              ErrorKind::no_module);
    EXPECT_NE(text.str().find("ghostmem_up 0\n"), std::string::npos);
}

} // namespace
} // namespace ghostmem::commands
