#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

// A process that is killed while it writes leaves no file behind, neither where there was one nor
// where there was none.
TEST_F(FileSink, LeavesNothingBehindWhenItIsKilled) {
    const int probe = ::open(dir.c_str(), O_TMPFILE | O_WRONLY, 0600);
    if (probe < 0)
        GTEST_SKIP() << "this file system has no files without a name";
    ::close(probe);
    write_file(dir / "old", "old");
    for (const char* name : {"old", "new"}) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            // The second write is beyond the limit, and ends the process.
            const rlimit small{1, 1};
            const rlimit no_core{0, 0};
            setrlimit(RLIMIT_CORE, &no_core);
            setrlimit(RLIMIT_FSIZE, &small);
            std::signal(SIGXFSZ, SIG_DFL);
            replace_file(dir / name, "too long");
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << status;
        EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
        EXPECT_EQ(entries(), 1U) << name;
    }
    EXPECT_EQ(read_file(dir / "old"), "old");
}

// From now on the system calls that give a file another name fail, and if `plain`, also those that
// make a file without one.
void forbid_renaming(bool plain) {
    constexpr auto number = static_cast<uint32_t>(offsetof(seccomp_data, nr));
    constexpr auto flags = static_cast<uint32_t>(offsetof(seccomp_data, args[2]));
    constexpr uint32_t without_name = __O_TMPFILE;
    const std::array<sock_filter, 9> program{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rename, 6, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, plain ? SYS_openat : ~0U, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, without_name, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
    }};
    const sock_fprog filter{program.size(), const_cast<sock_filter*>(program.data())};
    ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

// In a process of its own, which keeps the filter to itself. Returns whether replace_file() threw.
bool throws_without_renaming(const fs::path& path, bool plain) {
    const pid_t child = ::fork();
    if (child == 0) {
        forbid_renaming(plain);
        try {
            replace_file(path, "new");
        } catch (const Error&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << status;
    return WEXITSTATUS(status) == 1;
}

TEST_F(FileSink, LeavesNothingBehindWhenTheNewFileCannotBePutInPlace) {
    write_file(dir / "old", "old");
    for (const bool plain : {false, true}) {
        EXPECT_TRUE(throws_without_renaming(dir / "old", plain));
        EXPECT_EQ(entries(), 1U) << plain;
        EXPECT_EQ(read_file(dir / "old"), "old");
    }
}

TEST_F(FileSink, CreatesManyAtOnce) {
    for (int i = 0; i < 20; ++i)
        replace_file(dir / "same", std::to_string(i));
    EXPECT_EQ(read_file(dir / "same"), "19");
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
