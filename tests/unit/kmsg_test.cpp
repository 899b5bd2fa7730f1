// Tests the rules about the kernel's log on messages as kernels from 3.10 to 7.2 print them, and
// what reads and combines them.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/kmsg/conditions.h"
#include "lib/kmsg/matcher.h"
#include "lib/kmsg/reader.h"
#include "lib/kmsg/record.h"
#include "lib/kmsg/rule.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct CorpusEvent {
    std::string rule; ///< empty: its messages are no events
    KmsgFields fields;
    std::vector<std::string> messages;
};

std::vector<CorpusEvent> corpus() {
    std::vector<CorpusEvent> events;
    std::istringstream file(test::read_file(test::test_dir() + "/data/kmsg/corpus.txt"));
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(' ')) {
            events.back().messages.push_back(line.substr(1));
            continue;
        }
        if (!line.starts_with('='))
            continue;
        std::istringstream words(line.substr(1));
        CorpusEvent event;
        words >> event.rule;
        for (std::string word; words >> word;) {
            const size_t equals = word.find('=');
            std::ranges::replace(word, '~', ' ');
            event.fields[word.substr(0, equals)] = word.substr(equals + 1);
        }
        events.push_back(std::move(event));
    }
    return events;
}

KmsgRecord record_of(const std::string& text, double time_s = 1) {
    KmsgRecord record;
    record.text = text;
    record.time_s = time_s;
    return record;
}

std::vector<KmsgEvent> events_of(const std::vector<std::string>& messages) {
    KmsgMatcher matcher(builtin_kmsg_rules());
    std::vector<KmsgEvent> all;
    for (const std::string& message : messages) {
        for (KmsgEvent& event : matcher.take(record_of(message)))
            all.push_back(std::move(event));
    }
    if (auto last = matcher.finish())
        all.push_back(std::move(*last));
    return all;
}

TEST(Kmsg, EveryMessageOfTheCorpusIsUnderstood) {
    for (const CorpusEvent& wanted : corpus()) {
        ASSERT_FALSE(wanted.messages.empty());
        const auto events = events_of(wanted.messages);
        if (wanted.rule.empty()) {
            for (const KmsgEvent& event : events)
                ADD_FAILURE() << event.rule->name << ": " << event.record.text;
            continue;
        }
        ASSERT_THAT(events, SizeIs(1)) << wanted.messages.front();
        EXPECT_EQ(events[0].rule->name, wanted.rule) << wanted.messages.front();
        for (const auto& [name, value] : wanted.fields) {
            const auto at = events[0].fields.find(name);
            ASSERT_NE(at, events[0].fields.end()) << name << ": " << wanted.messages.front();
            EXPECT_EQ(at->second, value) << name << ": " << wanted.messages.front();
        }
    }
}

TEST(Kmsg, TheCorpusHasEveryRule) {
    std::set<std::string> covered;
    for (const CorpusEvent& event : corpus())
        covered.insert(event.rule);
    for (const KmsgRule& rule : builtin_kmsg_rules()) {
        EXPECT_TRUE(covered.contains(rule.name)) << rule.name;
        EXPECT_FALSE(rule.meaning.empty()) << rule.name;
        EXPECT_EQ(rule.end == KmsgEnd::quiet, rule.quiet_s != 0) << rule.name;
    }
    EXPECT_GE(builtin_kmsg_rules().size(), 40U);
}

TEST(Kmsg, TheDocumentHasAllRulesAndFields) {
    const std::string document = test::read_file(test::test_dir() + "/../../docs/kmsg-rules.md");
    for (const KmsgRule& rule : builtin_kmsg_rules())
        EXPECT_THAT(document,
                    HasSubstr("| `" + rule.name + "` | " + std::string(name_of(rule.severity)) +
                              " | `" + std::string(name_of(rule.end)) + "`"));
    for (const std::string& field : KmsgPattern::known_fields())
        EXPECT_THAT(document, HasSubstr("`{" + field + "}`"));
}

// A line in ten thousand of a real log is an event; all others have to cost next to nothing.
TEST(Kmsg, AMebibyteOfLogIsMatchedAtOnce) {
    std::vector<KmsgRecord> log;
    size_t bytes = 0;
    const auto lines = corpus().back().messages;
    while (bytes < (1 << 20)) {
        log.push_back(record_of(lines[log.size() % lines.size()]));
        bytes += log.back().text.size();
    }
    KmsgMatcher matcher(builtin_kmsg_rules());
    const auto from = std::chrono::steady_clock::now();
    size_t events = 0;
    for (const KmsgRecord& record : log)
        events += matcher.take(record).size();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    EXPECT_EQ(events, 0U);
    // It takes 0.1 s, and many times as much on a machine that is busy otherwise.
    EXPECT_LT(took.count(), 10);
}

TEST(Kmsg, RecordsOfTheDevice) {
    const auto record =
        parse_kmsg_record("4,339,5140900,-;e1000 0000:00:03.0 eth0: Reset\n SUBSYSTEM=pci\n "
                          "DEVICE=+pci:0000:00:03.0\n");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->level, 4U);
    EXPECT_EQ(record->sequence, 339U);
    EXPECT_DOUBLE_EQ(*record->time_s, 5.1409);
    EXPECT_EQ(record->text, "e1000 0000:00:03.0 eth0: Reset");
    EXPECT_EQ(record->device, "+pci:0000:00:03.0");
    EXPECT_EQ(parse_kmsg_record("30,7,8,-,caller=T1;from user space\n")->level, 6U);
    EXPECT_FALSE(parse_kmsg_record("6,339,x,-;text"));
    EXPECT_FALSE(parse_kmsg_record("no record"));
    EXPECT_EQ(parse_kmsg_record("6,1,1,-;a\x1b[2Jb")->text, "a?[2Jb");
    EXPECT_EQ(parse_kmsg_record("6,1,1,-;" + std::string(5000, 'x'))->text.size(), 1024U);
}

TEST(Kmsg, LinesOfSavedLogs) {
    const struct {
        const char* line;
        std::optional<double> time_s;
        std::optional<uint32_t> level;
    } lines[] = {
        {"[    5.140900] TCP: some text", 5.1409, {}},
        {"[ 1234.140900][    T1] TCP: some text", 1234.1409, {}},
        {"[ 1234.140900] [   C0] TCP: some text", 1234.1409, {}},
        {"<4>[    5.140900] TCP: some text", 5.1409, 4},
        {"<36>TCP: some text", {}, 4},
        {"kern  :err   : [    5.140900] TCP: some text", 5.1409, 3},
        {"[Mon Nov 30 20:21:05 2026] TCP: some text", {}, {}},
        {"Nov 30 20:21:05 host kernel: TCP: some text", {}, {}},
        {"Nov 30 20:21:05 host kernel: [    5.140900] TCP: some text\r", 5.1409, {}},
        {"2026-11-30T20:21:05.123456+00:00 host kernel: [    5.140900] TCP: some text", 5.1409, {}},
        {"TCP: some text", {}, {}},
    };
    for (const auto& one : lines) {
        const auto record = parse_log_line(one.line);
        ASSERT_TRUE(record) << one.line;
        EXPECT_EQ(record->text, "TCP: some text") << one.line;
        EXPECT_EQ(record->time_s.has_value(), one.time_s.has_value()) << one.line;
        EXPECT_DOUBLE_EQ(record->time_s.value_or(0), one.time_s.value_or(0)) << one.line;
        EXPECT_EQ(record->level, one.level) << one.line;
    }
    EXPECT_FALSE(parse_log_line("Nov 30 20:21:05 host sshd[1]: BUG: kernel NULL pointer"));
    EXPECT_FALSE(parse_log_line(""));
    EXPECT_EQ(parse_log_line("[ INFO: possible circular locking ]")->text,
              "[ INFO: possible circular locking ]");
}

TEST(Kmsg, PatternsAreLiteralButForTheirFields) {
    const KmsgPattern pattern("a.b [{pid}] (x) {device}: *");
    EXPECT_TRUE(pattern.match("zz a.b [7] (x) eth0.100: * more"));
    EXPECT_FALSE(pattern.match("axb [7] (x) eth0: *"));
    EXPECT_FALSE(pattern.match("a.b [q] (x) eth0: *"));
    const KmsgPattern anchored("^link {}of {device}");
    EXPECT_EQ(anchored.match("link of eth0")->at("device"), "eth0");
    EXPECT_TRUE(anchored.match("link or so of eth0"));
    EXPECT_FALSE(anchored.match("a link of eth0"));
    for (const char* wrong : {"{pid}", "a {pid", "a {nonsense}", ""})
        EXPECT_THROW(KmsgPattern{wrong}, Error) << wrong;
}

// Every field of a pattern may match every position: the worst that there is.
TEST(Kmsg, NoPatternTakesForEver) {
    const KmsgPattern pattern("{name}a{name}a{text}a{name}a{device}a{name}b");
    const auto from = std::chrono::steady_clock::now();
    EXPECT_FALSE(pattern.match(std::string(500, 'a') + ' ' + std::string(500, 'a') + " b"));
    EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(1));
}

TEST(Kmsg, FilesOfRules) {
    const auto rules = parse_kmsg_rules("# mine\n[ring]\nseverity = error\npattern = drv {device}: "
                                        "ring stalled\nend = text drv {device}: ring is back\n"
                                        "meaning = it stalls\n[other]\npattern = x\nend = quiet "
                                        "2m\n");
    ASSERT_THAT(rules, SizeIs(2));
    EXPECT_EQ(rules[0].severity, KmsgSeverity::error);
    EXPECT_EQ(rules[0].end, KmsgEnd::text);
    EXPECT_EQ(rules[1].quiet_s, 120U);
    const std::pair<const char*, const char*> wrong[] = {
        {"pattern = x\n", "line 1: a rule begins"},
        {"[a]\n[b]\npattern = x\n", "the rule a before this has no pattern"},
        {"[a]\npattern = x\n[a]\npattern = y\n", "line 3: a rule needs a name"},
        {"[a]\npattern = {x}\n", "line 2: the pattern '{x}' has an unknown field"},
        {"[a]\npattern = x\nseverity = bad\n", "line 3: unknown severity 'bad'"},
        {"[a]\npattern = x\nend = quiet\n", "line 3: quiet needs a duration"},
        {"[a]\npattern = x\nend = never again\n", "is followed by nothing"},
        {"[a]\npattern = x\nnonsense\n", "line 3: expected"},
    };
    for (const auto& [text, words] : wrong) {
        try {
            parse_kmsg_rules(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(words));
        }
    }
}

TEST(Kmsg, AFileReplacesRulesAndAddsSome) {
    const fs::path root = testing::TempDir() + "/ghostmem-kmsg-rules";
    fs::create_directories(root / "etc/ghostmem/kmsg.d");
    EXPECT_THAT(load_kmsg_rules(root), SizeIs(builtin_kmsg_rules().size()));
    std::ofstream(root / "etc/ghostmem/kmsg.d/10-mine.rules")
        << "[mine]\npattern = my driver {device} sulks\n[oom_kill]\npattern = nothing like it\n";
    std::ofstream(root / "etc/ghostmem/kmsg.d/notes.txt") << "no rules";
    const auto rules = load_kmsg_rules(root);
    EXPECT_THAT(rules, SizeIs(builtin_kmsg_rules().size() + 1));
    KmsgMatcher matcher(rules);
    EXPECT_EQ(matcher.take(record_of("my driver eth0 sulks")).at(0).rule->name, "mine");
    EXPECT_THAT(matcher.take(record_of("Killed process 1 (a) total-vm:1kB")), IsEmpty());
    std::ofstream(root / "etc/ghostmem/kmsg.d/20-bad.rules") << "nonsense\n";
    try {
        load_kmsg_rules(root);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("20-bad.rules: line 1"));
    }
    fs::remove_all(root);
}

class Conditions : public testing::Test {
  protected:
    void take(const std::string& text, double time_s) {
        const KmsgRecord record = record_of(text, time_s);
        conditions.look_for_end(record);
        for (const KmsgEvent& event : matcher.take(record))
            conditions.add(event);
    }
    std::vector<KmsgCondition> open(double now_s) {
        return conditions.open(now_s, [&](uint32_t pid, const std::string& comm) {
            return pid == 1204 && comm == "dd" && stuck;
        });
    }

    KmsgMatcher matcher{builtin_kmsg_rules()};
    KmsgConditions conditions;
    bool stuck = true;
};

TEST_F(Conditions, EndWithTheirCause) {
    take("INFO: task dd:1204 blocked for more than 120 seconds.", 300);
    ASSERT_THAT(open(400), SizeIs(1));
    stuck = false;
    EXPECT_THAT(open(400), IsEmpty());

    take("unregister_netdevice: waiting for eth0.100 to become free. Usage count = 1", 500);
    take("unregister_netdevice: waiting for eth0.100 to become free. Usage count = 1", 510);
    ASSERT_THAT(open(520), SizeIs(1));
    EXPECT_EQ(open(520)[0].events, 2U);
    EXPECT_EQ(open(520)[0].first_s, 500);
    EXPECT_THAT(open(570), IsEmpty());

    take("nfs: server filer not responding, still trying", 600);
    take("nfs: server other OK", 601);
    ASSERT_THAT(open(700), SizeIs(1));
    take("nfs: server filer OK", 602);
    EXPECT_THAT(open(700), IsEmpty());

    take("ixgbe 0000:03:00.0 enp3s0: NIC Link is Down", 700);
    EXPECT_THAT(open(701), SizeIs(1));
    take("ixgbe 0000:03:00.0 enp3s0: NIC Link is Up 10 Gbps, Flow Control: RX/TX", 702);
    EXPECT_THAT(open(703), IsEmpty());
}

TEST_F(Conditions, TheWorstComesFirst) {
    take("mce: CPU6: Package temperature above threshold, cpu clock throttled", 10);
    take("EXT4-fs (sda1): Remounting filesystem read-only", 20);
    take("Killed process 1 (a) total-vm:1kB", 30);
    const auto found = open(40);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].rule->name, "fs_read_only");
    EXPECT_EQ(found[1].rule->name, "thermal");
    take("mce: CPU6: Package temperature/speed normal", 50);
    EXPECT_THAT(open(60), SizeIs(1));
}

TEST(Kmsg, ASavedLogIsRead) {
    const fs::path file = testing::TempDir() + "/ghostmem-kmsg-log";
    std::ofstream(file)
        << "[    1.000000] one\n\nNov 30 20:21:05 host cron[1]: two\n[    3.000000] "
           "three";
    std::string texts;
    read_saved_log(file, [&](const KmsgRecord& record) { texts += record.text + " "; });
    EXPECT_EQ(texts, "one three ");
    fs::remove(file);
    EXPECT_THROW(read_saved_log(file, [](const KmsgRecord&) {}), Error);
    EXPECT_FALSE(read_kmsg("/nowhere", 0, [](const KmsgRecord&) {}));
}

} // namespace
} // namespace ghostmem
