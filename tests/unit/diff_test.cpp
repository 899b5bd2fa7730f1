// What `leakctl diff` says of two snapshots.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/diff.h"
#include "lib/base/error.h"
#include "lib/snapshot/diff.h"
#include "output/json/diff.h"
#include "output/json/snapshot.h"
#include "output/text/diff.h"
#include "support/golden.h"
#include "support/snapshot_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr uint64_t mib = 1024 * 1024;

const DiffRow* find(const SnapshotDiff& diff, DiffKind kind, const std::string& name) {
    const auto at = std::ranges::find_if(
        diff.rows, [&](const DiffRow& row) { return row.kind == kind && row.name == name; });
    return at == diff.rows.end() ? nullptr : &*at;
}

const DiffCount* count(const SnapshotDiff& diff, const std::string& name,
                       const std::string& of = "") {
    const auto at = std::ranges::find_if(
        diff.counts, [&](const DiffCount& one) { return one.name == name && one.of == of; });
    return at == diff.counts.end() ? nullptr : &*at;
}

TEST(Diff, Golden) {
    const SnapshotDiff diff = compare(small_snapshot(), later_snapshot());
    std::ostringstream text;
    output::text::diff(text, output::Style(false), {diff, 4});
    expect_golden("golden/diff.txt", text.str());
    std::ostringstream document;
    output::json::diff(document, diff);
    expect_golden("golden/diff.json", document.str());
}

TEST(Diff, TheLargestChangeComesFirst) {
    const SnapshotDiff diff = compare(small_snapshot(), later_snapshot());
    ASSERT_FALSE(diff.rows.empty());
    EXPECT_TRUE(std::ranges::is_sorted(diff.rows, std::ranges::greater{},
                                       [](const DiffRow& row) { return std::abs(row.change()); }));
    const DiffRow* leak = find(diff, DiffKind::sites, "lab_probe [lab]");
    ASSERT_NE(leak, nullptr);
    EXPECT_EQ(leak->change(), static_cast<int64_t>(512 * mib));
    EXPECT_THAT(leak->sites, ElementsAre("00000000000000aa"));
    EXPECT_DOUBLE_EQ(*diff.per_hour(leak->change()), 512.0 * mib);
    EXPECT_EQ(find(diff, DiffKind::memory, "free"), nullptr) << "that is in the head";
}

TEST(Diff, WhatCameAndWhatWent) {
    const SnapshotDiff diff = compare(small_snapshot(), later_snapshot());
    const DiffRow* came = find(diff, DiffKind::sockets, "zebra raw");
    ASSERT_NE(came, nullptr);
    EXPECT_FALSE(came->before);
    EXPECT_EQ(came->after, 3 * mib);
    const DiffRow* went = find(diff, DiffKind::holders, "packet_rings");
    ASSERT_NE(went, nullptr);
    EXPECT_FALSE(went->after);
    EXPECT_LT(went->change(), 0);
    ASSERT_NE(count(diff, "descriptors", "postgres"), nullptr);
    EXPECT_EQ(count(diff, "descriptors", "postgres")->change(), 8700);
    EXPECT_EQ(count(diff, "zombies")->change(), 39);
    EXPECT_EQ(count(diff, "threads", "sh")->change(), -1);
    EXPECT_EQ(count(diff, "processes"), nullptr) << "as many as before";
}

TEST(Diff, WithItselfThereIsNothing) {
    Snapshot same = later_snapshot();
    const SnapshotDiff diff = compare(same, same);
    EXPECT_THAT(diff.rows, IsEmpty());
    EXPECT_THAT(diff.counts, IsEmpty());
    EXPECT_THAT(diff.limits, IsEmpty());
    for (const DiffFinding& finding : diff.findings)
        EXPECT_EQ(finding.state, DiffState::lasts);
    EXPECT_FALSE(diff.per_hour(1)) << "no rate of no time";
    same.verdict.clear();
    same.procs.clear();
    same.log->conditions.clear();
    std::ostringstream text;
    const SnapshotDiff silent = compare(same, same);
    output::text::diff(text, output::Style(false), {silent, 4});
    EXPECT_THAT(text.str(), HasSubstr("Nothing else differs."));
}

TEST(Diff, FindingsBeginEndAndLast) {
    const SnapshotDiff diff = compare(small_snapshot(), later_snapshot());
    EXPECT_EQ(diff.findings.size(), 3U);
    EXPECT_EQ(diff.findings[0].state, DiffState::began);
    const SnapshotDiff back = compare(later_snapshot(), small_snapshot());
    EXPECT_EQ(back.findings.size(), 3U);
    EXPECT_EQ(back.findings[0].state, DiffState::ended);
    EXPECT_THAT(back.limits, Contains(HasSubstr("the second snapshot is the older one")));
    // Who may not read the log knows neither beginning nor end.
    Snapshot blind = small_snapshot();
    blind.log.reset();
    const SnapshotDiff from_blind = compare(blind, later_snapshot());
    EXPECT_EQ(std::ranges::count(from_blind.findings, DiffState::lasts, &DiffFinding::state), 1);
    EXPECT_EQ(compare(later_snapshot(), blind).findings.size(), 2U);
}

TEST(Diff, AcrossABoot) {
    Snapshot after = later_snapshot();
    after.host.boot_id = "boot-2";
    after.module.armed_s = 100;
    const SnapshotDiff diff = compare(small_snapshot(), after);
    EXPECT_TRUE(diff.same_host);
    EXPECT_FALSE(diff.same_boot);
    EXPECT_THAT(diff.limits, Contains(HasSubstr("the boot ids differ")));
    EXPECT_THAT(diff.limits, Not(Contains(HasSubstr("began anew")))) << "said already";
    // Ids do not depend on the boot, pids do.
    EXPECT_THAT(find(diff, DiffKind::sites, "lab_probe [lab]")->sites, Not(IsEmpty()));
    const auto zombies = std::ranges::find(diff.findings, "zombies", &DiffFinding::rule);
    ASSERT_NE(zombies, diff.findings.end());
    EXPECT_EQ(zombies->subject, "runner");
    after.host.boot_id.clear();
    EXPECT_THAT(compare(small_snapshot(), after).limits,
                Contains(HasSubstr("a boot id is missing")));
}

TEST(Diff, AcrossHostsAndKernels) {
    Snapshot after = later_snapshot();
    after.host.boot_id = "boot-9";
    after.host.name = "beta";
    after.host.kernel = "7.2.0-1-amd64";
    after.memory.total = 8192 * mib;
    const SnapshotDiff diff = compare(small_snapshot(), after);
    EXPECT_FALSE(diff.same_host);
    EXPECT_THAT(diff.limits, Contains(HasSubstr("two hosts (alpha with 16.0 GiB of memory, beta "
                                                "with 8.0 GiB)")));
    EXPECT_THAT(diff.limits, Contains(HasSubstr("the kernels differ")));
    EXPECT_FALSE(diff.per_hour(1));
    EXPECT_THAT(find(diff, DiffKind::sites, "lab_probe [lab]")->sites, IsEmpty());
    after.host.page_size = 65536;
    EXPECT_THAT(compare(small_snapshot(), after).limits,
                Contains(HasSubstr("the sizes of pages differ")));
}

TEST(Diff, TheTrackerBeganAnew) {
    Snapshot after = later_snapshot();
    after.module.generation = 2;
    EXPECT_THAT(compare(small_snapshot(), after).limits, Contains(HasSubstr("began anew")));
    after.module.generation = 1;
    after.module.armed_s = 60;
    EXPECT_THAT(compare(small_snapshot(), after).limits, Contains(HasSubstr("began anew")));
    after.module.armed_s = 7190;
    EXPECT_THAT(compare(small_snapshot(), after).limits, IsEmpty()) << "clocks drift";
    after.module.mode = "sampled";
    EXPECT_THAT(compare(small_snapshot(), after).limits,
                Contains(HasSubstr("the other estimates")));
}

TEST(Diff, WhatOneLacksIsNotCompared) {
    Snapshot after = later_snapshot();
    after.sites.reset();
    after.module.problem = "module not loaded";
    after.slab.reset();
    after.sockets->pinned.reset();
    after.processes[0].descriptors.reset();
    const SnapshotDiff diff = compare(small_snapshot(), after);
    EXPECT_THAT(diff.limits, Contains(HasSubstr("the second snapshot has no sites (module not")));
    EXPECT_THAT(diff.limits, Contains(HasSubstr("the second snapshot has no slab caches")));
    EXPECT_EQ(std::ranges::count(diff.rows, DiffKind::sites, &DiffRow::kind), 0);
    EXPECT_EQ(std::ranges::count(diff.rows, DiffKind::slab, &DiffRow::kind), 0);
    EXPECT_EQ(count(diff, "descriptors", "postgres"), nullptr);
    // Their queued data is known of both.
    EXPECT_EQ(find(diff, DiffKind::sockets, "nginx tcp")->before, 9 * mib);
}

TEST(Diff, EstimatesThatMayBeTheSameAreNoChange) {
    Snapshot before = small_snapshot();
    Snapshot after = later_snapshot();
    before.sites->front().margin = 300 * mib;
    after.sites->front().margin = 300 * mib;
    const SnapshotDiff diff = compare(before, after);
    EXPECT_EQ(find(diff, DiffKind::sites, "lab_probe [lab]"), nullptr);
    EXPECT_EQ(diff.within_error, 1U);
}

TEST(Diff, TheCommandReadsFiles) {
    SnapshotHostSample host;
    const auto file = [&](const char* name, const Snapshot& snapshot) {
        std::ostringstream text;
        output::json::snapshot(text, snapshot);
        host.write(name, text.str());
        return (host.root() / name).string();
    };
    std::ostringstream out;
    commands::Context context{host.kernel, host.diag, host.module_clock, out, host.root()};
    commands::DiffArguments arguments;
    arguments.before = file("a.json", small_snapshot());
    arguments.after = file("b.json", later_snapshot());
    EXPECT_EQ(commands::diff(context, arguments), 0);
    EXPECT_THAT(out.str(), HasSubstr("lab_probe [lab]"));
    out.str("");
    context.json = true;
    arguments.top = 1;
    EXPECT_EQ(commands::diff(context, arguments), 0);
    EXPECT_EQ(nlohmann::json::parse(out.str()).at("rows").size(), 1U);
    arguments.after = (host.root() / "proc/meminfo").string();
    EXPECT_THROW(commands::diff(context, arguments), Error);
}

} // namespace
} // namespace ghostmem
