#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/base/replace_file.h"
#include "support/golden.h"

namespace ghostmem::output {
namespace {

namespace fs = std::filesystem;
using test::read_file;
using test::write_file;

struct FileSink : testing::Test {
    fs::path dir = testing::TempDir() + "/ghostmem-sink-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name();

    void SetUp() override { fs::create_directories(dir); }
    void TearDown() override { fs::remove_all(dir); }
    [[nodiscard]] size_t entries() const {
        return static_cast<size_t>(std::distance(fs::directory_iterator(dir), {}));
    }
};

TEST_F(FileSink, CreatesWithUsualPermissions) {
    const mode_t before = ::umask(022);
    replace_file(dir / "new", "text");
    ::umask(before);
    EXPECT_EQ(read_file(dir / "new"), "text");
    EXPECT_EQ(fs::status(dir / "new").permissions(), fs::perms{0644});
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FileSink, ReplacesAndKeepsPermissions) {
    write_file(dir / "old", "a much longer text");
    fs::permissions(dir / "old", fs::perms{0640});
    replace_file(dir / "old", "short");
    EXPECT_EQ(read_file(dir / "old"), "short");
    EXPECT_EQ(fs::status(dir / "old").permissions(), fs::perms{0640});
}

TEST_F(FileSink, FollowsLinks) {
    write_file(dir / "target", "old");
    fs::create_symlink("target", dir / "link");
    replace_file(dir / "link", "new");
    EXPECT_TRUE(fs::is_symlink(dir / "link"));
    EXPECT_EQ(read_file(dir / "target"), "new");
}

TEST_F(FileSink, LeavesNothingBehindWhenItFails) {
    write_file(dir / "old", "old");
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{1, before.rlim_max};
    void (*handler)(int) = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_THROW(replace_file(dir / "old", "too long"), Error);
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(read_file(dir / "old"), "old");
    EXPECT_EQ(entries(), 1U);
}

// Renaming a file over a device node as root would remove the device for everybody.
TEST_F(FileSink, WritesToDevicesWithoutReplacingThem) {
    replace_file("/dev/null", "text");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_THROW(replace_file("/dev/full", "text"), Error);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(FileSink, FailsWithoutLeavingAnything) {
    EXPECT_THROW(replace_file(dir / "absent/file", "text"), Error);
    EXPECT_THROW(replace_file(dir, "text"), Error);
    fs::create_symlink("nowhere", dir / "dangling");
    EXPECT_THROW(replace_file(dir / "dangling", "text"), Error);
    EXPECT_EQ(entries(), 1U);
}

} // namespace
} // namespace ghostmem::output
