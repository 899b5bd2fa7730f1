// Tests the thresholds file and the rejection of invalid contents.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/findings/thresholds.h"
#include "lib/host/proc_file.h"
#include "lib/model/lost.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t gib = 1024 * mib;

std::string complaint(const std::string& text) {
    try {
        Thresholds::parse(text);
    } catch (const Error& error) {
        return error.what();
    }
    return "none";
}

TEST(Thresholds, DefaultsAreTheFields) {
    const Thresholds thresholds;
    EXPECT_TRUE(thresholds.is_large(6 * gib, 1024 * gib));
    EXPECT_FALSE(thresholds.is_large(6 * gib - 1, 1024 * gib));
    EXPECT_TRUE(thresholds.is_large(1536 * mib, 15 * gib));
    EXPECT_FALSE(thresholds.is_large(1536 * mib, 16 * gib));
    EXPECT_FALSE(thresholds.is_large(1535 * mib, 8 * gib));
    EXPECT_TRUE(thresholds.is_large(256 * mib, gib));
    EXPECT_FALSE(thresholds.is_large(255 * mib, gib));
    EXPECT_FALSE(thresholds.is_large(0, 0));
    EXPECT_TRUE(thresholds.much_before_load(64 * mib, gib));
    EXPECT_FALSE(thresholds.much_before_load(63 * mib, gib));
    EXPECT_FALSE(thresholds.much_before_load(100 * mib, 2 * gib));
    EXPECT_EQ(thresholds.limits(), "6.0 GiB, 25 % of memory, or 10 % from 1.5 GiB on");
}

TEST(Thresholds, OfAFile) {
    const Thresholds thresholds = Thresholds::parse("# ours\n\nghost_bytes = 512M\n"
                                                    "ghost_share_percent=20\n"
                                                    "socket_idle_s = 2h   # two\n"
                                                    "growth_bytes_per_hour = \"1G\"\n");
    EXPECT_EQ(thresholds.ghost_bytes, 512 * mib);
    EXPECT_EQ(thresholds.ghost_share_percent, 20U);
    EXPECT_EQ(thresholds.socket_idle_s, 7200U);
    EXPECT_EQ(thresholds.growth_bytes_per_hour, gib);
    EXPECT_EQ(thresholds.socket_bytes, Thresholds{}.socket_bytes);
    EXPECT_EQ(Thresholds::parse("").ghost_bytes, 6 * gib);
}

// The installed file lists all thresholds with their defaults, commented out with #.
TEST(Thresholds, OfTheFileThatIsInstalled) {
    const std::string text = test::read_file(test::test_dir() + "/../../packaging/thresholds.conf");
    EXPECT_EQ(Thresholds::parse(text), Thresholds{});
    std::string all;
    for_each_line(text, [&](std::string_view line) {
        if (line.starts_with('#') && !line.starts_with("# "))
            all += std::string(line.substr(1)) + "\n";
    });
    EXPECT_EQ(std::ranges::count(all, '='), 11);
    EXPECT_EQ(Thresholds::parse(all), Thresholds{});
}

TEST(Thresholds, RefusesWhatMakesNoSense) {
    EXPECT_EQ(complaint("ghost_bytes = 5 apples\n").find("ghost_bytes = "), 0U);
    EXPECT_NE(complaint("ghost_bytes =\n"), "none");
    EXPECT_NE(complaint("ghost_share_percent = 101\n").find("0 to 100"), std::string::npos);
    EXPECT_NE(complaint("gohst_bytes = 5M\n").find("no threshold 'gohst_bytes'"),
              std::string::npos);
    EXPECT_NE(complaint("[part]\nghost_bytes = 5M\n"), "none");
    EXPECT_NE(complaint("socket_idle_s = -3\n"), "none");
}

TEST(Thresholds, OfAHost) {
    const std::filesystem::path root =
        testing::TempDir() + "/thresholds-" + std::to_string(getpid());
    EXPECT_EQ(Thresholds::choose({}, root).ghost_bytes, 6 * gib);
    std::filesystem::create_directories(root / "etc/ghostmem");
    std::ofstream(root / "etc/ghostmem/thresholds.conf") << "ghost_bytes = 7G\n";
    EXPECT_EQ(Thresholds::choose({}, root).ghost_bytes, 7 * gib);
    EXPECT_THROW(Thresholds::choose(root / "elsewhere", root), Error);
    std::filesystem::remove_all(root);
}

TEST(Lost, IsCountedInPagesOrInEvents) {
    EXPECT_EQ(unit_of({"bulk_long", 1, ""}), "page");
    EXPECT_EQ(unit_of({"recursion", 1, ""}), "event");
    EXPECT_EQ(unit_of({"a reason of a newer module", 1, ""}), "event");
}

TEST(Lost, PagesWithoutARecord) {
    const std::vector<Lost> lost{{"recursion", 3, ""}, {"nmi", 1, ""},        {"unmapped", 5, ""},
                                 {"bulk_long", 7, ""}, {"sites_full", 9, ""}, {"stale", 11, ""}};
    EXPECT_EQ(pages_without_record(lost, 2), 3 * 2 + 2 + 5 + 7U);
    EXPECT_TRUE(counted_all_the_same(lost[4]));
    EXPECT_FALSE(counted_all_the_same(lost[0]));
}

} // namespace
} // namespace ghostmem
