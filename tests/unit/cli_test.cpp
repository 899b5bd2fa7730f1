// Runs the real binary: usage errors, and the behaviour without the module. tests/vm runs it with
// the module.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/golden.h"

namespace ghostmem {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

Outcome leakctl(const std::string& arguments) {
    const std::string err_file = testing::TempDir() + "/leakctl-err-" + std::to_string(::getpid());
    const std::string command =
        std::string(LEAKCTL_BINARY) + " " + arguments + " 2>" + err_file + " </dev/null";
    FILE* pipe = ::popen(command.c_str(), "r");
    Outcome run;
    std::array<char, 4096> buffer{};
    while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        run.out.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.err = test::read_file(err_file);
    std::filesystem::remove(err_file);
    return run;
}

void expect_one_line(const std::string& text) {
    EXPECT_THAT(text, StartsWith("leakctl: "));
    EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
}

struct Nonsense {
    const char* arguments;
    const char* named;
};

// Prints the command line, because the default output would put addresses into test names.
void PrintTo(const Nonsense& one, std::ostream* out) {
    *out << "leakctl " << one.arguments;
}

class Usage : public testing::TestWithParam<Nonsense> {};

TEST_P(Usage, NamesTheArgumentAndExits2) {
    const Outcome run = leakctl(GetParam().arguments);
    EXPECT_EQ(run.code, 2);
    EXPECT_EQ(run.out, "");
    expect_one_line(run.err);
    EXPECT_THAT(run.err, HasSubstr(GetParam().named));
}

const Nonsense nonsense[] = {
    {"", "status"},
    {"--json", "status"},
    {"bogus", "'bogus'"},
    {"--bogus status", "--bogus"},
    {"status --bogus", "--bogus"},
    {"status extra", "extra"},
    {"sites status", "status"},
    {"status --top 3", "--top"},
    {"--top 3 status", "--top"},
    {"--sort age reset", "--sort"},
    {"--sort age export --format json", "--sort"},
    {"sites --top", "--top"},
    {"sites --top 0", "'0'"},
    {"sites --top -5", "'-5'"},
    {"sites --top 3x", "'3x'"},
    {"--top many sites", "'many'"},
    {"sites --sort size", "'size'"},
    {"sites --class direct,ghosts", "'ghosts'"},
    {"sites --class ''", "--class"},
    {"sites --module ''", "--module"},
    {"sites --min-age 10parsecs", "'10parsecs'"},
    {"sites --min-age -1s", "'-1s'"},
    {"sites --min-bytes 1.5G", "'1.5G'"},
    {"sites --interval 0s", "--interval"},
    {"sites --sort rate --interval soon", "'soon'"},
    {"trace", "--for"},
    {"trace --for", "--for"},
    {"trace --for 0s", "--for"},
    {"trace --for=-5m", "'-5m'"},
    {"trace --for 1m --settle later", "'later'"},
    {"trace --for 1m --sort rate", "--sort"},
    {"trace --for 1m --sort growth", "growth"},
    {"config mode", "'mode'"},
    {"config mode=fast", "'fast'"},
    {"config colour=red", "'colour'"},
    {"config mode=off mode=exact", "'mode=exact'"},
    {"--sort pinned sites", "'pinned'"},
    {"--sort growth sockets", "'growth'"},
    {"sockets --sort rate", "'rate'"},
    {"sockets --top 0", "'0'"},
    {"sockets --pid 0", "'0'"},
    {"sockets --pid nginx", "'nginx'"},
    {"sockets --pid 99999999999", "'99999999999'"},
    {"sockets --inode -1", "'-1'"},
    {"sockets --family tcp6", "'tcp6'"},
    {"sockets --netns ''", "network namespace"},
    {"sockets --class direct", "--class"},
    {"sites --pid 1", "--pid"},
    {"reset everything", "everything"},
    {"export", "--format"},
    {"export --format xml", "'xml'"},
    {"export --format folded -o", "-o"},
    {"--json export --format folded", "--json"},
};

INSTANTIATE_TEST_SUITE_P(Nonsense, Usage, testing::ValuesIn(nonsense));

TEST(Cli, HelpAndVersionSucceed) {
    const Outcome version = leakctl("--version");
    EXPECT_EQ(version.code, 0);
    EXPECT_EQ(version.out, "leakctl " LEAKCTL_VERSION "\n");
    const Outcome help = leakctl("--help");
    EXPECT_EQ(help.code, 0);
    for (const char* word : {"status", "sites", "sockets", "trace", "reset", "config", "export"}) {
        EXPECT_THAT(help.out, HasSubstr(word));
        const Outcome each = leakctl(std::string(word) + " --help");
        EXPECT_EQ(each.code, 0);
        EXPECT_THAT(each.out, HasSubstr("--json"));
    }
    EXPECT_EQ(help.out.find("capture"), std::string::npos);
}

bool module_loaded() {
    return std::filesystem::exists("/sys/module/ghostmem");
}

TEST(Cli, StatusWithoutModuleTellsWhatProcCan) {
    ASSERT_FALSE(module_loaded()) << "unit tests want a host without the module";
    const Outcome text = leakctl("status");
    EXPECT_EQ(text.code, 3);
    EXPECT_THAT(text.out, HasSubstr("Memory"));
    EXPECT_THAT(text.out, HasSubstr("ghosts, estimated"));
    expect_one_line(text.err);
    EXPECT_THAT(text.err, HasSubstr("modprobe ghostmem"));

    for (const char* order : {"--json status", "status --json"}) {
        const Outcome run = leakctl(order);
        EXPECT_EQ(run.code, 3);
        const auto json = nlohmann::json::parse(run.out);
        EXPECT_EQ(json["schema_version"], 2);
        EXPECT_EQ(json["module"]["loaded"], false);
        EXPECT_GT(json["ledger"]["total_bytes"], 0);
    }
}

TEST(Cli, EverythingElseWithoutModuleIsOneLine) {
    ASSERT_FALSE(module_loaded()) << "unit tests want a host without the module";
    for (const char* arguments :
         {"sites", "sites --json", "--json sites", "sites --sort rate", "trace --for 1s", "reset",
          "config", "config mode=off", "--json config", "export --format json",
          "export --format folded", "--top 5 --sort age sites"}) {
        const Outcome run = leakctl(arguments);
        EXPECT_EQ(run.code, 3) << arguments;
        EXPECT_EQ(run.out, "") << arguments;
        expect_one_line(run.err);
        EXPECT_THAT(run.err, HasSubstr("modprobe ghostmem")) << arguments;
    }
    const Outcome metrics = leakctl("export --format prometheus");
    EXPECT_EQ(metrics.code, 3);
    EXPECT_THAT(metrics.out, HasSubstr("ghostmem_up 0\n"));
}

// leakctl must find a socket of this process that holds unread data.
TEST(Cli, SocketsAnswersWithoutTheModule) {
    ASSERT_FALSE(module_loaded()) << "unit tests want a host without the module";
    const int diag = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    if (diag < 0)
        GTEST_SKIP() << "no sock_diag in this sandbox";
    ::close(diag);
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    ASSERT_EQ(::write(ends[1], "ghost", 5), 5);
    struct stat status {};
    ASSERT_EQ(::fstat(ends[0], &status), 0);
    const std::string inode = std::to_string(status.st_ino);

    const Outcome run = leakctl("sockets --json --pid " + std::to_string(::getpid()));
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    const auto json = nlohmann::json::parse(run.out);
    EXPECT_EQ(json["source"], "sock_diag");
    bool found = false;
    for (const auto& socket : json["sockets"]) {
        EXPECT_EQ(socket["pid"], ::getpid());
        if (std::to_string(socket["inode"].get<uint64_t>()) != inode)
            continue;
        found = true;
        EXPECT_EQ(socket["fd"], ends[0]);
        EXPECT_EQ(socket["family"], "unix");
        EXPECT_EQ(socket["bytes"], 5);
    }
    EXPECT_TRUE(found);
    EXPECT_THAT(leakctl("sockets --inode " + inode).out, HasSubstr("inode " + inode));
    ::close(ends[0]);
    ::close(ends[1]);

    const Outcome gone = leakctl("sockets --inode " + inode);
    EXPECT_EQ(gone.code, 3);
    EXPECT_EQ(gone.out, "");
    expect_one_line(gone.err);
    EXPECT_THAT(gone.err, HasSubstr("no socket has inode " + inode));
    const Outcome nowhere = leakctl("sockets --netns no-such-namespace");
    EXPECT_EQ(nowhere.code, 3);
    expect_one_line(nowhere.err);
}

// Uses commands that otherwise succeed, so that the exit status can have no other cause. The VM
// case "modes" checks the same for status with the module.
TEST(Cli, OutputThatDoesNotArriveIsAnError) {
    for (const char* const words :
         {"--version >/dev/full", "--help >/dev/full", "--version >&-", "status --help >&- <&-"}) {
        const Outcome run = leakctl(words);
        EXPECT_EQ(run.code, 3) << words;
        EXPECT_THAT(run.err, HasSubstr("cannot write to standard output")) << words;
        expect_one_line(run.err);
    }
}

} // namespace
} // namespace ghostmem
