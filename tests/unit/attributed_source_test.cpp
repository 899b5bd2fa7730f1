// What is added to the sites of a module before the commands see them.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/attribution/attributed_source.h"
#include "support/golden.h"
#include "support/samples.h"
#include "support/skb_samples.h"

namespace ghostmem {
namespace {

using namespace test;

struct AttributedSourceTest : testing::Test {
    std::filesystem::path root =
        testing::TempDir() + "/ghostmem-attributed-" + std::to_string(getpid());
    FakeClock clock;
    FakeKernel module{clock};
    AttributedSource source{module, root};

    void SetUp() override {
        std::filesystem::create_directories(root / "proc/sys/kernel");
        write_file(root / "proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
    }
    void TearDown() override { std::filesystem::remove_all(root); }
};

TEST_F(AttributedSourceTest, EstimatesSamplesAndTellsWhoseCodeItIs) {
    Site sample = site(2, 10, stack({"__alloc_pages", "vmalloc"}));
    sample.level = 7;
    module.held = {sample};
    const std::vector<Site> sites = source.sites({.min_pages = 3, .since_s = 4, .until_s = {}});
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_GT(sites[0].live_pages, 1000U);
    EXPECT_TRUE(sites[0].live_error);
    EXPECT_EQ(sites[0].frames[0].code, "release:6.1.0-1-amd64");
    ASSERT_EQ(module.asked.size(), 1U);
    EXPECT_EQ(module.asked[0].min_pages, 3U);
    EXPECT_EQ(module.asked[0].since_s, 4U);
}

// They are never samples: each of them is watched.
TEST_F(AttributedSourceTest, CountsOfSkbsStayAsTheyAre) {
    module.state.skb.emplace();
    const std::vector<Site> sites = source.skb_sites();
    ASSERT_EQ(sites.size(), module.skbs_held.size());
    for (size_t i = 0; i < sites.size(); ++i) {
        EXPECT_EQ(sites[i].allocs, module.skbs_held[i].allocs);
        EXPECT_FALSE(sites[i].frames.empty() || sites[i].frames[0].code.empty());
    }
}

TEST_F(AttributedSourceTest, PassesOnAllElse) {
    EXPECT_EQ(source.status().version, module.state.version);
    (void)source.sockets(5);
    EXPECT_EQ(module.asked_tops.back(), 5U);
    source.reset();
    EXPECT_EQ(module.resets, 1);
    ConfigChange change;
    change.mode = Mode::off;
    source.configure(change);
    EXPECT_EQ(module.state.mode, Mode::off);
}

} // namespace
} // namespace ghostmem
