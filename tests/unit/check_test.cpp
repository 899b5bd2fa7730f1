// `leakctl check`: the state, the line, and the performance data of monitoring plugins.
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.h"
#include "commands/check.h"
#include "lib/base/error.h"
#include "lib/host/load_policy.h"
#include "lib/snapshot/assess.h"
#include "output/json/check.h"
#include "output/text/check.h"
#include "support/golden.h"
#include "support/snapshot_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr uint64_t mib = 1024 * 1024;

std::string line_of(const CheckReport& report) {
    std::ostringstream out;
    output::text::check(out, output::Style(true), report);
    return out.str();
}

TEST(Check, Golden) {
    expect_golden("golden/check-ok.txt", line_of(assess(small_snapshot(), {})));
    const CheckReport report = assess(later_snapshot(), {});
    expect_golden("golden/check.txt", line_of(report));
    std::ostringstream document;
    output::json::check(document, report);
    expect_golden("golden/check.json", document.str());
}

TEST(Check, WellIsOk) {
    const CheckReport report = assess(small_snapshot(), {});
    EXPECT_EQ(report.state, CheckState::ok);
    EXPECT_THAT(report.items, IsEmpty());
}

// The form that the guidelines for plugins give.
TEST(Check, TheLineIsOneLineOfTheKnownForm) {
    Snapshot snapshot = later_snapshot();
    snapshot.verdict[0].sentence = "a | b\nc.";
    for (int i = 0; i < 5; ++i)
        snapshot.verdict.push_back(snapshot.verdict[0]);
    const std::string line = line_of(assess(snapshot, {}));
    static const std::regex form(
        R"(GHOSTMEM (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]* \|( [a-z_]+=\d+B?;\d*;\d*;0;\d*)+\n)");
    EXPECT_TRUE(std::regex_match(line, form)) << line;
    EXPECT_THAT(line, HasSubstr("a / b c; a / b c; a / b c; 5 more; "));
}

TEST(Check, TheStateIsThatOfTheGravest) {
    Snapshot snapshot = later_snapshot();
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::warning);
    snapshot.verdict[0].level = VerdictLevel::leak;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::critical);
    EXPECT_EQ(assess(snapshot, {}).items.front().rule, "growth");
    snapshot = small_snapshot();
    snapshot.log->conditions = later_snapshot().log->conditions;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::warning);
    snapshot.log->conditions[0].severity = KmsgSeverity::critical;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::critical);
    snapshot.log->conditions[0].severity = KmsgSeverity::info;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::ok);
}

TEST(Check, AHungTaskIsCritical) {
    Snapshot snapshot = small_snapshot();
    snapshot.procs = later_snapshot().procs;
    snapshot.procs[0].finding = "stuck";
    snapshot.procs[0].seconds = 119;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::warning);
    snapshot.procs[0].seconds = 120;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::critical);
    snapshot.procs[0].confidence = Confidence::likely;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::warning);
    snapshot.procs[0].finding = "system_files";
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::critical);
}

TEST(Check, WithoutTheModuleItIsNotKnown) {
    Snapshot snapshot = small_snapshot();
    snapshot.module = {};
    snapshot.module.problem = "module not loaded";
    snapshot.verdict = {{"no_module",
                         VerdictLevel::warn,
                         Confidence::certain,
                         {},
                         {},
                         "Nothing can be attributed."}};
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::unknown);
    const CheckReport meant = assess(snapshot, {.without_module = true});
    EXPECT_EQ(meant.state, CheckState::ok);
    EXPECT_THAT(line_of(meant), HasSubstr("(module not loaded)"));
    // What is wrong all the same is graver.
    snapshot.procs = later_snapshot().procs;
    EXPECT_EQ(assess(snapshot, {}).state, CheckState::warning);
}

TEST(Check, TheLimitOfGhostsIsThatOfTheVerdict) {
    const Thresholds thresholds;
    for (const uint64_t total : {512 * mib, 16384 * mib, 65536 * mib, 1048576 * mib}) {
        const uint64_t limit = least_large(thresholds, total);
        EXPECT_TRUE(thresholds.is_large(limit, total)) << total;
        EXPECT_FALSE(thresholds.is_large(limit - 1, total)) << total;
    }
}

TEST(Check, TheCommandNeverThrows) {
    SnapshotHostSample host;
    std::ostringstream out;
    commands::Context context{host.kernel, host.diag, host.module_clock, out, host.root()};
    EXPECT_EQ(commands::check(context, {}), 2) << "the recorded host is sick";
    EXPECT_THAT(out.str(), StartsWith("GHOSTMEM CRITICAL - "));
    out.str("");
    host.kernel.before_status = [] { throw Error(ErrorKind::wrong_abi, "other versions"); };
    EXPECT_EQ(commands::check(context, {}), 3);
    EXPECT_EQ(out.str(), "GHOSTMEM UNKNOWN - other versions; nothing is known\n");
    out.str("");
    commands::CheckArguments arguments;
    arguments.thresholds = "/nowhere/at/all";
    EXPECT_EQ(commands::check(context, arguments), 3);
    EXPECT_THAT(out.str(), HasSubstr("/nowhere/at/all"));
}

// For monitoring systems 2 would be critical.
TEST(Check, AWrongCommandLineIsNotKnown) {
    for (const auto& [command, code] : {std::pair("check", 3), std::pair("status", 2)}) {
        CommandLine line;
        const std::array<const char*, 3> words{"leakctl", command, "--nonsense"};
        EXPECT_THROW(line.parse(static_cast<int>(words.size()), words.data()), CLI::ParseError);
        EXPECT_EQ(line.usage_code(), code);
    }
}

} // namespace
} // namespace ghostmem
