// Lines of /proc/meminfo that cannot be: they are named and left out, and nothing is judged by what
// is left.
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lib/findings/report.h"
#include "lib/model/no_module.h"
#include "output/json/status.h"
#include "output/text/status.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

using test::write_file;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> odd_names(const std::string& text) {
    std::vector<std::string> names;
    const Meminfo info = Meminfo::parse(text);
    for (const MeminfoOddLine& line : info.odd())
        names.push_back(line.name + (line.needed ? "!" : ""));
    return names;
}

TEST(OddMeminfo, IsWhatCannotBe) {
    const std::string total = "MemTotal: 1000 kB\n";
    EXPECT_THAT(odd_names(total + "MemFree: 900 kB\nVmallocTotal: 34359738367 kB\n"), IsEmpty());
    // -1 and -4 KiB, as an unsigned number of KiB.
    EXPECT_THAT(odd_names(total + "MemFree: 18014398509481983 kB\n"), ElementsAre("MemFree!"));
    EXPECT_THAT(odd_names(total + "Committed_AS: 18446744073709551612 kB\n"),
                ElementsAre("Committed_AS"));
    EXPECT_THAT(odd_names(total + "Slab: 2000 kB\nPercpu: 2001 kB\nSwapTotal: 9999 kB\n"),
                ElementsAre("Percpu!"));
    EXPECT_THAT(odd_names(total + "Cached: 12 k\nOdd: many\n"), ElementsAre("Cached!", "Odd"));
    EXPECT_THAT(odd_names("MemTotal: 18014398509481983 kB\n"), ElementsAre("MemTotal!"));
    EXPECT_FALSE(Meminfo::parse(total + "Percpu: 2001 kB\n").find("Percpu"));
    EXPECT_EQ(Meminfo::parse("Bad\x1bName: x\n").odd().at(0).name, "Bad?Name");
}

struct OddStatus : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/odd-" + std::to_string(getpid());
    void SetUp() override { std::filesystem::create_directories(root / "proc"); }
    void TearDown() override { std::filesystem::remove_all(root); }

    StatusReport report_of(const std::string& meminfo) {
        write_file(root / "proc/meminfo", meminfo);
        NoModule module;
        return gather_status(module, root, {}, HostState::recorded);
    }
};

TEST_F(OddStatus, IsNamedAndNotCounted) {
    const StatusReport report = report_of("MemTotal: 8000000 kB\nMemFree: 18014398509481983 kB\n"
                                          "Cached: 100000 kB\n");
    std::ostringstream text;
    output::text::status(text, output::Style(false), report);
    EXPECT_THAT(text.str(), AllOf(HasSubstr("MemFree: 18014398509481983"), HasSubstr("left out"),
                                  Not(HasSubstr("EiB")), Not(HasSubstr("Verdict  leak"))));
    EXPECT_EQ(report.ledger.free, 0U);
    // All of memory is now in the remainder; that is no reason to call it a leak.
    EXPECT_EQ(report.verdict.level, VerdictLevel::warn);
    EXPECT_THAT(report.verdict.reasons.at(0),
                AllOf(HasSubstr("cannot be said"), HasSubstr("MemFree")));
    std::ostringstream json;
    output::json::status(json, report);
    EXPECT_EQ(nlohmann::json::parse(json.str())["ledger"]["odd_lines"],
              nlohmann::json::parse(R"({"MemFree": "18014398509481983 kB"})"));
}

TEST_F(OddStatus, ALineThatTheLedgerDoesNotNeedChangesNoVerdict) {
    const StatusReport report =
        report_of("MemTotal: 8000000 kB\nMemFree: 10000 kB\nDirty: 18014398509481983 kB\n");
    EXPECT_EQ(report.verdict.level, VerdictLevel::leak) << "the rest of memory is in ghosts";
}

TEST_F(OddStatus, NothingCanBeSaidWithoutATotal) {
    try {
        report_of("MemTotal: 18014398509481983 kB\nMemFree: 10000 kB\n");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        EXPECT_THAT(error.what(), HasSubstr("MemTotal: 18014398509481983 kB, which cannot be"));
    }
}

} // namespace
} // namespace ghostmem
