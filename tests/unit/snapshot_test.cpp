// Snapshots: gathered from a recorded host, written, read back, and refused when they are damaged.
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/base/error.h"
#include "lib/host/load_policy.h"
#include "lib/host/slabinfo.h"
#include "output/json/snapshot.h"
#include "output/text/snapshot.h"
#include "support/golden.h"
#include "support/schema.h"
#include "support/snapshot_samples.h"

namespace ghostmem {
namespace {

namespace fs = std::filesystem;
using namespace test;
using nlohmann::json;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string text_of(const Snapshot& snapshot) {
    std::ostringstream out;
    output::json::snapshot(out, snapshot);
    return out.str();
}

std::string refusal(const std::string& text) {
    try {
        output::json::parse_snapshot(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        return error.what();
    }
    return "(it was taken)";
}

std::string refusal(const json& document) {
    return refusal(document.dump());
}

struct SnapshotTest : testing::Test {
    SnapshotHostSample host;

    static auto gap(const std::string& section, const std::string& why) {
        return testing::AllOf(Field(&SnapshotGap::section, section),
                              Field(&SnapshotGap::why, HasSubstr(why)));
    }
};

TEST_F(SnapshotTest, Golden) {
    const Snapshot snapshot = host.gather();
    expect_golden("golden/snapshot.json", text_of(snapshot));
    std::ostringstream out;
    output::text::snapshot(out, output::Style(false), snapshot);
    expect_golden("golden/snapshot.txt", out.str());
}

TEST_F(SnapshotTest, HasAllSections) {
    const Snapshot snapshot = host.gather();
    EXPECT_EQ(snapshot.host.name, "alpha");
    EXPECT_EQ(snapshot.host.kernel, "4.2.0-1-amd64");
    EXPECT_DOUBLE_EQ(snapshot.host.uptime_s, 11600.25);
    EXPECT_EQ(snapshot.memory.total, 2022316U * 1024);
    ASSERT_TRUE(snapshot.sites);
    EXPECT_THAT(*snapshot.sites, SizeIs(4));
    ASSERT_TRUE(snapshot.sockets);
    EXPECT_EQ(snapshot.sockets->source, "module");
    EXPECT_THAT(snapshot.sockets->groups, Contains(Field(&SnapshotSocketGroup::owner, "nginx")));
    ASSERT_TRUE(snapshot.slab);
    EXPECT_EQ(snapshot.slab->front().bytes, 15U * 8 * 4096);
    EXPECT_EQ(snapshot.slab->front().objects, 90U);
    ASSERT_TRUE(snapshot.handles);
    EXPECT_EQ(snapshot.handles->files, 1984U);
    EXPECT_THAT(snapshot.procs, Contains(Field(&SnapshotProcFinding::finding, "zombies")));
    const auto nginx = std::ranges::find(snapshot.processes, "nginx", &SnapshotProcess::comm);
    ASSERT_NE(nginx, snapshot.processes.end());
    EXPECT_EQ(nginx->anonymous_bytes, 1024U * 4096);
    EXPECT_EQ(nginx->descriptors, 9U);
    ASSERT_TRUE(snapshot.log);
    EXPECT_EQ(snapshot.log->next, 4712U);
    ASSERT_THAT(snapshot.log->conditions, SizeIs(1));
    EXPECT_EQ(snapshot.log->conditions[0].severity, KmsgSeverity::critical);
    EXPECT_DOUBLE_EQ(snapshot.log->conditions[0].first_s, 11500);
}

TEST_F(SnapshotTest, WithoutTheModule) {
    host.kernel.before_status = [] { throw module_not_loaded(); };
    host.kernel.before_sites = host.kernel.before_status;
    host.kernel.before_sockets = host.kernel.before_status;
    const Snapshot snapshot = host.gather();
    EXPECT_FALSE(snapshot.module.loaded);
    EXPECT_FALSE(snapshot.sites);
    EXPECT_THAT(snapshot.missing, Contains(gap("sites", "module not loaded")));
    EXPECT_THAT(snapshot.missing, Contains(gap("sockets", "what sockets pin is not known")));
    EXPECT_GT(snapshot.memory.ghost, 0U);
    EXPECT_THAT(snapshot.procs, Not(IsEmpty()));
    test::expect_schema("snapshot", json::parse(text_of(snapshot)));
    EXPECT_FALSE(output::json::parse_snapshot(text_of(snapshot)).sites);
}

TEST_F(SnapshotTest, SaysWhatMayNotBeRead) {
    fs::remove(host.root() / "proc/slabinfo");
    fs::remove(host.root() / "dev/kmsg");
    fs::remove(host.root() / "proc/sys/fs/file-nr");
    const Snapshot snapshot = host.gather();
    EXPECT_FALSE(snapshot.slab);
    EXPECT_FALSE(snapshot.log);
    EXPECT_FALSE(snapshot.handles);
    for (const char* section : {"slab", "log", "handles"})
        EXPECT_THAT(snapshot.missing, Contains(gap(section, "may not be read")));
    test::expect_schema("snapshot", json::parse(text_of(snapshot)));
}

TEST_F(SnapshotTest, AWrongRuleOfTheHostHidesNothing) {
    host.write("etc/ghostmem/kmsg.d/own.rules", "[broken\n");
    const Snapshot snapshot = host.gather();
    EXPECT_THAT(snapshot.missing, Contains(gap("log", "own.rules")));
    ASSERT_TRUE(snapshot.log);
    EXPECT_THAT(snapshot.log->conditions, SizeIs(1));
}

TEST_F(SnapshotTest, EventsAreTakenFromTheCursorOn) {
    const std::string boot = "11111111-2222-3333-4444-555555555555";
    SnapshotOptions options;
    EXPECT_THAT(host.gather(options).log->events, SizeIs(1));
    options.log_from = 4712;
    options.log_boot_id = boot;
    // What happened before is no news, but it lasts.
    EXPECT_THAT(host.gather(options).log->events, IsEmpty());
    EXPECT_THAT(host.gather(options).log->conditions, SizeIs(1));
    options.log_boot_id = "another";
    EXPECT_THAT(host.gather(options).log->events, SizeIs(1));
    options.log_boot_id = boot;
    options.log_from = 4700;
    EXPECT_EQ(host.gather(options).log->missed, 11U);
}

TEST_F(SnapshotTest, WhatAProgramWroteIntoTheLogIsNoFinding) {
    host.write("dev/kmsg", "8,4711,11500000000,-;BUG: kernel NULL pointer dereference, address: "
                           "0000000000000008\n");
    const Snapshot snapshot = host.gather();
    EXPECT_EQ(snapshot.log->next, 4712U);
    EXPECT_THAT(snapshot.log->conditions, IsEmpty());
    EXPECT_THAT(snapshot.log->events, IsEmpty());
}

TEST_F(SnapshotTest, IsReadBackAsItWas) {
    for (const Snapshot& snapshot : {host.gather(), small_snapshot(), later_snapshot()}) {
        const std::string text = text_of(snapshot);
        EXPECT_EQ(text_of(output::json::parse_snapshot(text)), text);
    }
}

// Whatever is cut off, wherever: no part of it is taken for the whole.
TEST_F(SnapshotTest, ACutFileIsRefused) {
    const std::string text = text_of(small_snapshot());
    for (size_t length = 1; length < text.size() - 2; length += 7)
        EXPECT_THAT(refusal(text.substr(0, length)), HasSubstr("cut off after")) << length;
    EXPECT_THAT(refusal(std::string()), HasSubstr("it is empty"));
    EXPECT_THAT(refusal(std::string(" \n")), HasSubstr("it is empty"));
}

TEST_F(SnapshotTest, AForeignFileIsRefused) {
    EXPECT_THAT(refusal(std::string("MemTotal: 2022316 kB\n")),
                HasSubstr("no snapshot: byte 1 is not JSON"));
    EXPECT_THAT(refusal(std::string("[1, 2]")), HasSubstr("JSON, but no snapshot of leakctl"));
    EXPECT_THAT(refusal(std::string("7")), HasSubstr("JSON, but no snapshot of leakctl"));
    EXPECT_THAT(refusal(read_file(test_dir() + "/golden/status.json")),
                HasSubstr("JSON, but no snapshot of leakctl"));
}

TEST_F(SnapshotTest, ANewerFormatIsRefused) {
    json document = json::parse(text_of(small_snapshot()));
    document["format"] = 2;
    document.erase("memory");
    EXPECT_THAT(refusal(document), HasSubstr("a newer leakctl has written it (format 2"));
    document["format"] = "1";
    EXPECT_THAT(refusal(document), HasSubstr("its format is not known"));
}

TEST_F(SnapshotTest, ADamagedFileIsRefusedByTheKey) {
    const json whole = json::parse(text_of(later_snapshot()));
    const auto damaged = [&](const char* where, const json& value) {
        json document = whole;
        document[json::json_pointer(where)] = value;
        return refusal(document);
    };
    EXPECT_THAT(damaged("/sites/0/live_bytes", "many"),
                HasSubstr("sites[0].live_bytes is no whole number"));
    EXPECT_THAT(damaged("/sites/0/live_bytes", -1), HasSubstr("is no whole number"));
    EXPECT_THAT(damaged("/sites/0/order", uint64_t{1} << 40), HasSubstr("sites[0].order"));
    EXPECT_THAT(damaged("/memory/residual_bytes", ~uint64_t{0}), HasSubstr("residual_bytes"));
    EXPECT_THAT(damaged("/memory/counted", 1), HasSubstr("memory.counted is neither"));
    EXPECT_THAT(damaged("/host", 1), HasSubstr("host is no object"));
    EXPECT_THAT(damaged("/slab", "x"), HasSubstr("slab is no list"));
    EXPECT_THAT(damaged("/verdict/0/level", "bad"), HasSubstr("verdict[0].level is none of"));
    EXPECT_THAT(damaged("/host/uptime_s", nullptr), HasSubstr("host.uptime_s is no number"));
    json document = whole;
    document["log"].erase("next");
    EXPECT_THAT(refusal(document), HasSubstr("it is damaged: log.next is missing"));
}

TEST_F(SnapshotTest, AKeyThatIsAddedLaterIsNoProblem) {
    json document = json::parse(text_of(small_snapshot()));
    document["weather"] = "fine";
    document["host"]["weather"] = "fine";
    EXPECT_EQ(text_of(output::json::parse_snapshot(document.dump())), text_of(small_snapshot()));
}

TEST_F(SnapshotTest, TextOfAFileCannotControlTheTerminal) {
    Snapshot snapshot = small_snapshot();
    snapshot.host.name = "a\x1b[2J\xc2\x9b"
                         "b\x7f\n \xc2\xb1 \xc3\xa9";
    EXPECT_EQ(output::json::parse_snapshot(text_of(snapshot)).host.name,
              "a?[2J?b?? \xc2\xb1 \xc3\xa9");
}

TEST_F(SnapshotTest, TheErrorNamesTheFile) {
    const auto message = [](const fs::path& file) -> std::string {
        try {
            output::json::read_snapshot(file);
        } catch (const Error& error) {
            return error.what();
        }
        return "(it was taken)";
    };
    EXPECT_THAT(message(host.root() / "absent"), HasSubstr("absent: is it there?"));
    EXPECT_THAT(message(host.root()), HasSubstr("cannot read"));
    host.write("empty.json", "");
    EXPECT_THAT(message(host.root() / "empty.json"), HasSubstr("empty.json: it is empty"));
    host.write("good.json", text_of(small_snapshot()));
    EXPECT_EQ(message(host.root() / "good.json"), "(it was taken)");
}

TEST(Slabinfo, OddLinesAreLeftOut) {
    EXPECT_THAT(parse_slabinfo("slabinfo - version: 2.1\n# name <active_objs>\nbroken 1 2\n"
                               "a x 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 0\n",
                               4096),
                IsEmpty());
    const auto caches =
        parse_slabinfo("a 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 18446744073709551615 0", 4096);
    ASSERT_THAT(caches, SizeIs(1));
    EXPECT_EQ(caches[0].bytes, ~uint64_t{0}) << "saturates";
}

} // namespace
} // namespace ghostmem
