// Runs complete command lines against a fake kernel, and checks which options reach the command.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "command_line.h"
#include "support/golden.h"
#include "support/samples.h"
#include "support/schema.h"

namespace ghostmem {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;

class CommandLineTest : public testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(root / "proc");
        std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", root / "proc/meminfo",
                                   std::filesystem::copy_options::overwrite_existing);
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    /// Runs the command line, and returns its output.
    std::string run(const std::vector<const char*>& words) {
        std::vector<const char*> argv{"leakctl"};
        argv.insert(argv.end(), words.begin(), words.end());
        CommandLine line;
        line.parse(static_cast<int>(argv.size()), argv.data());
        interruptible = line.shared().interruptible;
        std::ostringstream out;
        EXPECT_EQ(line.run({kernel, diag, clock, out, root, line.shared().json, false}), 0);
        return out.str();
    }
    /// Likewise, of its document, which has to be as docs/schema says.
    json run_json(const std::vector<const char*>& words) {
        const json document = json::parse(run(words));
        const auto verb = std::ranges::find_if(
            words, [](const std::string& word) { return !word.starts_with('-'); });
        expect_schema(*verb, document);
        return document;
    }

    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    bool interruptible = false;
    std::filesystem::path root = testing::TempDir() + "/line-" + std::to_string(getpid()) + "-" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(CommandLineTest, OptionsStandBeforeTheCommandOrAfterIt) {
    const std::string all = run({"sites", "--json"});
    EXPECT_EQ(json::parse(all)["sites"].size(), 4U); // the ghosts, and slab that is large
    EXPECT_EQ(run({"--json", "sites"}), all);
    const std::string first = run({"sites", "--sort", "age", "--top", "1", "--json"});
    EXPECT_EQ(json::parse(first)["sites"].size(), 1U);
    EXPECT_EQ(json::parse(first)["sort"], "age");
    EXPECT_EQ(run({"--json", "--top", "1", "--sort", "age", "sites"}), first);
}

TEST_F(CommandLineTest, SitesTakesItsFilters) {
    const auto classes = run_json({"sites", "--json", "--class", "slab"});
    ASSERT_EQ(classes["sites"].size(), 1U);
    EXPECT_EQ(classes["sites"][0]["class"], "slab");
    EXPECT_EQ(run_json({"sites", "--json", "--module", "no_such"})["sites"].size(), 0U);
    EXPECT_EQ(
        run_json({"sites", "--json", "--class", "direct", "--min-bytes", "16M"})["sites"].size(),
        1U);
    EXPECT_EQ(run_json({"sites", "--json", "--min-age", "1d"})["sites"].size(), 0U);
}

TEST_F(CommandLineTest, SitesAreRowsByFunctionUnlessAskedOtherwise) {
    const auto by_function = run_json({"sites", "--json"});
    EXPECT_EQ(by_function["by"], "function");
    EXPECT_EQ(by_function["groups"].size(), 4U);
    EXPECT_EQ(by_function["groups"][0]["sites"][0], by_function["sites"][0]["id"]);
    EXPECT_EQ(run_json({"sites", "--json", "--by", "stack"})["groups"].size(), 0U);
    EXPECT_EQ(run_json({"sites", "--json", "--by", "module"})["by"], "module");
    EXPECT_THROW(run({"sites", "--by", "device"}), CLI::ValidationError);
    EXPECT_THROW(run({"sites", "--stacks", "--by", "function"}), CLI::ValidationError);
}

TEST_F(CommandLineTest, SitesMeasuresRatesForAsLongAsItIsTold) {
    EXPECT_EQ(run_json({"sites", "--json", "--sort", "rate"})["rate_interval_s"], 1.0);
    EXPECT_EQ(
        run_json({"sites", "--json", "--sort", "rate", "--interval", "3s"})["rate_interval_s"],
        3.0);
    EXPECT_TRUE(interruptible) << "Ctrl-C lists what has been measured";
    run({"--sort", "rate", "sites"});
    EXPECT_TRUE(interruptible);
    run({"sites", "--sort", "age"});
    EXPECT_FALSE(interruptible);
}

TEST_F(CommandLineTest, RatesThatWereInterruptedSaySo) {
    clock.interrupt_at = clock.time + std::chrono::milliseconds{2500};
    const auto cut = run_json({"sites", "--json", "--sort", "rate", "--interval", "1h"});
    EXPECT_EQ(cut["rate_interval_s"], 2.5);
    EXPECT_EQ(cut["rate_interrupted"], true);
    EXPECT_EQ(cut["sites"].size(), 4U);
    clock.interrupt_at = clock.time + std::chrono::milliseconds{1500};
    EXPECT_THAT(run({"sites", "--sort", "rate", "--interval", "1h"}),
                HasSubstr("\ninterrupted: rates are those of 1.5 s\n"));
}

TEST_F(CommandLineTest, ModulesAreNamedAsModprobeNamesThem) {
    EXPECT_EQ(run_json({"sites", "--json", "--module", "e1000"})["sites"].size(), 1U);
    EXPECT_EQ(run_json({"sites", "--json", "--module", "kernel"})["sites"].size(), 1U);
    EXPECT_EQ(run_json({"sites", "--json", "--module", "kernel"})["sites"][0]["module"], nullptr);
    for (const char* command : {"sites", "trace"}) {
        std::vector<const char*> words{command, "--module", "E1000"};
        if (std::string(command) == "trace")
            words.insert(words.end(), {"--for", "1s"});
        EXPECT_THAT(run(words), HasSubstr("no module named E1000 has a site; did you mean e1000?"));
    }
    EXPECT_EQ(run({"sites", "--class", "all", "--list-modules"}), "e1000\nkernel\nlab\n");
}

TEST_F(CommandLineTest, TraceTakesItsWindow) {
    const auto trace = run_json({"trace", "--for", "10s", "--settle", "5s", "--json"})["trace"];
    EXPECT_EQ(trace["duration_s"], 10);
    EXPECT_EQ(trace["settled_s"], 5);
    EXPECT_TRUE(interruptible) << "Ctrl-C lists what there is";
    EXPECT_EQ(run_json({"trace", "--for", "1s", "--json"})["trace"]["settled_s"], 30);
}

TEST_F(CommandLineTest, TopInABatchEndsByItself) {
    const std::string text = run({"top", "--batch", "--iterations", "2", "--interval", "1s"});
    EXPECT_THAT(text, HasSubstr("Verdict"));
    EXPECT_TRUE(interruptible);
}

TEST_F(CommandLineTest, ConfigAppliesSettings) {
    EXPECT_EQ(run_json({"config", "mode=off", "skb=on", "--json"})["config"]["mode"], "off");
    EXPECT_EQ(kernel.state.mode, Mode::off);
}

// In each mode, also where nothing is recorded or seen.
TEST_F(CommandLineTest, EachDocumentIsAsItsSchemaSays) {
    kernel.census = sample_sockets();
    kernel.pages.frames = 7;
    kernel.pages.zones.emplace_back();
    kernel.state.skb = watching_skbs();
    for (const Mode mode : {Mode::exact, Mode::sampled}) {
        kernel.state.mode = mode;
        if (mode == Mode::sampled)
            kernel.state.level = 7;
        run_json({"status", "--json"});
        run_json({"sites", "--json", "--class", "all"});
        run_json({"sites", "--json", "--sort", "rate"});
        run_json({"sites", "--json", "--sort", "growth", "--module", "none"});
        EXPECT_EQ(run_json({"sites", "--json", "--class", "skb"})["sites"][0]["class"], "skb");
        run_json({"trace", "--json", "--for", "1s"});
        run_json({"sockets", "--json"});
        run_json({"config", "--json"});
        run_json({"reset", "--json"});
        run_json({"export", "--format", "json"});
    }
    kernel.held.clear();
    kernel.census = dump_of({});
    run_json({"sites", "--json"});
    run_json({"sockets", "--json"});
    kernel.state.mode = Mode::off;
    run_json({"status", "--json"});
    run_json({"config", "--json"});
    kernel.state.disabled_reason = "torn";
    run_json({"status", "--json"});
}

TEST_F(CommandLineTest, ExportWritesAFile) {
    const std::string file = root / "ghosts.json";
    EXPECT_EQ(run({"export", "--format", "json", "-o", file.c_str(), "--top", "1"}), "");
    EXPECT_EQ(json::parse(read_file(file))["sites"].size(), 1U);
    EXPECT_THAT(run({"export", "--format", "prometheus", "--output", "-"}),
                HasSubstr("ghostmem_up 1"));
}

TEST_F(CommandLineTest, ThresholdsReachTheVerdict) {
    EXPECT_EQ(run_json({"status", "--json"})["verdict"]["level"], "leak");
    const std::string file = root / "thresholds";
    write_file(file, "nonsense = 1\n");
    EXPECT_THROW(run({"status", "--thresholds", file.c_str()}), Error);
    EXPECT_THROW(run({"export", "--format", "json", "--thresholds", file.c_str()}), Error);
    EXPECT_THROW(run({"top", "--batch", "--iterations", "1", "--thresholds", file.c_str()}), Error);
}

TEST_F(CommandLineTest, SocketsTakesItsFilters) {
    kernel.census = sample_sockets();
    const auto all = run_json({"sockets", "--json", "--sort", "truesize"});
    EXPECT_EQ(all["sort"], "truesize");
    EXPECT_GT(all["sockets"].size(), 1U);
    const uint64_t inode = all["sockets"][0]["inode"];
    const auto one = run_json({"sockets", "--json", "--inode", std::to_string(inode).c_str()});
    ASSERT_EQ(one["sockets"].size(), 1U);
    EXPECT_EQ(one["sockets"][0]["inode"], inode);
    const auto raw = run_json({"sockets", "--json", "--family", "raw"})["sockets"];
    ASSERT_FALSE(raw.empty());
    EXPECT_LT(raw.size(), all["sockets"].size());
    for (const auto& socket : raw)
        EXPECT_EQ(socket["type"], "raw");
    EXPECT_EQ(run_json({"sockets", "--json", "--top", "1"})["sockets"].size(), 1U);
}

} // namespace
} // namespace ghostmem
