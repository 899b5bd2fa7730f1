// `leakctl procs` on a recorded host, on which each situation is once.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "output/json/procs.h"
#include "output/text/procs.h"
#include "support/golden.h"
#include "support/proc_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ProcsCommand : public testing::Test {
  protected:
    ProcsReport gather(bool all = false) {
        ProcsOptions options;
        options.all = all;
        ProcsReport report = host.gather(options);
        // Costs are measured of the real process.
        report.cost = {0.05, uint64_t{8} << 20};
        return report;
    }
    static const ProcFinding* find(const ProcsReport& report, ProcFindingKind kind) {
        const auto at = std::ranges::find(report.findings, kind, &ProcFinding::kind);
        return at == report.findings.end() ? nullptr : &*at;
    }

    RecordedProcs host{"sick"};
};

TEST_F(ProcsCommand, Text) {
    std::ostringstream out;
    output::text::procs(out, output::Style(false), gather(true));
    expect_golden("golden/procs.txt", out.str());
}

TEST_F(ProcsCommand, Json) {
    std::ostringstream out;
    output::json::procs(out, gather());
    expect_golden("golden/procs.json", out.str());
}

TEST_F(ProcsCommand, TheParentThatDoesNotWait) {
    const ProcsReport report = gather();
    const ProcFinding* zombies = find(report, ProcFindingKind::zombies);
    ASSERT_NE(zombies, nullptr);
    EXPECT_EQ(zombies->pid, 812U);
    EXPECT_EQ(zombies->ppid, 1U);
    EXPECT_EQ(zombies->comm, "job (runner) 1");
    EXPECT_EQ(zombies->count, 3U);
    EXPECT_DOUBLE_EQ(*zombies->growth, 0.5);
    EXPECT_DOUBLE_EQ(*zombies->seconds, 175);
    EXPECT_THAT(zombies->evidence, Contains(HasSubstr("SIGCHLD has no handler")));
    EXPECT_THAT(zombies->evidence, Contains(HasSubstr("in futex")));
    EXPECT_THAT(zombies->evidence, Contains(HasSubstr("97 of 100")));
}

TEST_F(ProcsCommand, TheStuckTaskAndItsDevice) {
    const ProcsReport report = gather();
    const ProcFinding* stuck = find(report, ProcFindingKind::stuck);
    ASSERT_NE(stuck, nullptr);
    EXPECT_EQ(stuck->pid, 1200U);
    EXPECT_DOUBLE_EQ(*stuck->seconds, 195);
    EXPECT_THAT(stuck->sentence, HasSubstr("in write on /mnt/my data/image with O_DIRECT"));
    EXPECT_EQ(stuck->remedy, "dmsetup resume stalled");
    EXPECT_THAT(stuck->evidence, Contains(HasSubstr("1 request in flight")));
}

TEST_F(ProcsCommand, ATaskThatWakesIsNotAccused) {
    const ProcsReport report = gather(true);
    EXPECT_EQ(report.tasks.uninterruptible, 2U);
    EXPECT_EQ(report.tasks.waking, 1U);
    EXPECT_EQ(std::ranges::count(report.findings, ProcFindingKind::stuck, &ProcFinding::kind), 1);
}

TEST_F(ProcsCommand, WithoutTheRunClockNothingIsSureWithinSeconds) {
    host.run_clock.clocks.clear();
    const ProcsReport report = gather();
    EXPECT_EQ(find(report, ProcFindingKind::stuck), nullptr);
    EXPECT_EQ(find(report, ProcFindingKind::zombies), nullptr);
    ProcsOptions options;
    options.interval = std::chrono::seconds{10};
    const ProcsReport longer = host.gather(options);
    ASSERT_NE(find(longer, ProcFindingKind::stuck), nullptr);
    EXPECT_EQ(find(longer, ProcFindingKind::stuck)->confidence, Confidence::likely);
}

TEST_F(ProcsCommand, ShortWaitsAreNormal) {
    host.run_clock.clocks = {{0, 123'000}, {1, 109'000}};
    const ProcsReport report = gather(true);
    EXPECT_EQ(find(report, ProcFindingKind::stuck), nullptr);
    EXPECT_EQ(find(report, ProcFindingKind::zombies), nullptr);
}

TEST_F(ProcsCommand, CpuTimesThatRanAhead) {
    const ProcsReport report = gather();
    const ProcFinding* cpu = find(report, ProcFindingKind::cpu_time);
    ASSERT_NE(cpu, nullptr);
    EXPECT_EQ(cpu->pid, 1500U);
    EXPECT_THAT(cpu->sentence, HasSubstr("stand still while it runs"));
    EXPECT_THAT(cpu->evidence, Contains(HasSubstr("9d7fb0427648")));
    EXPECT_EQ(std::ranges::count(report.findings, ProcFindingKind::cpu_time, &ProcFinding::kind),
              1);
}

TEST_F(ProcsCommand, HandlesNamespacesAndGroups) {
    const ProcsReport report = gather();
    const ProcFinding* descriptors = find(report, ProcFindingKind::descriptors);
    ASSERT_NE(descriptors, nullptr);
    EXPECT_EQ(descriptors->pid, 1600U);
    EXPECT_EQ(descriptors->count, 9U);
    EXPECT_DOUBLE_EQ(*descriptors->growth, 1);
    const ProcFinding* namespaces = find(report, ProcFindingKind::namespaces);
    ASSERT_NE(namespaces, nullptr);
    EXPECT_FALSE(namespaces->pid);
    // 90 objects; 2 CPUs with 6 each and 6 more in their lists may be free.
    EXPECT_EQ(namespaces->count, 72U);
    const ProcFinding* groups = find(report, ProcFindingKind::dying_cgroups);
    ASSERT_NE(groups, nullptr);
    EXPECT_THAT(groups->evidence, Contains(HasSubstr("/system.slice/cgroup.stat")));
}

TEST_F(ProcsCommand, LowConfidenceIsLeftOut) {
    EXPECT_EQ(find(gather(), ProcFindingKind::zombie_threads), nullptr);
    EXPECT_EQ(gather().doubtful, 1U);
    const ProcsReport report = gather(true);
    ASSERT_NE(find(report, ProcFindingKind::zombie_threads), nullptr);
    EXPECT_EQ(find(report, ProcFindingKind::zombie_threads)->pid, 1400U);
}

TEST_F(ProcsCommand, SortAndTop) {
    ProcsOptions options;
    options.sort = ProcSortKey::count;
    options.top = 2;
    const ProcsReport report = host.gather(options);
    ASSERT_EQ(report.findings.size(), 2U);
    EXPECT_EQ(report.findings[0].kind, ProcFindingKind::dying_cgroups);
    EXPECT_EQ(report.findings[1].kind, ProcFindingKind::namespaces);
    EXPECT_GT(report.matched, 2U);
    for (const char* word : {"urgency", "seconds", "count", "bytes", "pid"})
        EXPECT_EQ(name_of(parse_proc_sort(word).value()), word);
    EXPECT_FALSE(parse_proc_sort("age"));
}

TEST_F(ProcsCommand, SaysWhatItCouldNotSee) {
    std::filesystem::remove(host.root() / "proc/self/status");
    std::filesystem::remove(host.root() / "proc/self/ns/pid");
    std::filesystem::create_symlink("pid:[4026532999]", host.root() / "proc/self/ns/pid");
    std::filesystem::remove(host.root() / "proc/1/stat");
    const ProcsReport report = gather();
    EXPECT_THAT(report.notes, Contains(HasSubstr("run it as root")));
    EXPECT_THAT(report.notes, Contains(HasSubstr("hidepid")));
    EXPECT_THAT(report.notes, Contains(HasSubstr("pid namespace of its own")));
    // Whoever holds a namespace may be among those that are not seen.
    EXPECT_EQ(find(report, ProcFindingKind::namespaces), nullptr);
}

} // namespace
} // namespace ghostmem
