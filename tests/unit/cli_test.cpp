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
    EXPECT_THAT(run.err, HasSubstr("see: leakctl"));
    // What CLI11 itself would say; it differs from one version to the next.
    for (const char* theirs : {"TEXT", "ArgumentMismatch", "The following argument", "subcommand",
                               "required", "Requires", "convert"})
        EXPECT_EQ(run.err.find(theirs), std::string::npos) << theirs;
}

const Nonsense nonsense[] = {
    {"", "which command? one of status,"},
    {"--json", "which command? one of status,"},
    {"bogus", "unknown command 'bogus'"},
    {"sitse", "unknown command 'sitse'"},
    {"site", "unknown command 'site'; did you mean sites?"},
    {"--bogus status", "unknown option '--bogus'"},
    {"status --bogus", "unknown option '--bogus'"},
    {"sites --stack", "unknown option '--stack'; did you mean --stacks?"},
    {"status extra", "unexpected word 'extra': status takes options only"},
    {"sites status", "unexpected word 'status'"},
    {"status --top 3", "--top does not apply to status"},
    {"--for 10m trace", "--for goes after the command, for example: leakctl trace --for"},
    {"--module e1000 sites", "--module goes after the command, for example: leakctl sites"},
    {"--top 3 status", "--top"},
    {"--sort age reset", "--sort"},
    {"--sort age export --format json", "--sort"},
    {"sites --top", "--top needs a value: --top N"},
    {"sites --top 3 --top 4", "--top is given twice"},
    {"sites --top=3 --top=4", "--top is given twice"},
    {"--top 3 sites --top 4", "--top: is given twice"},
    {"--sort age sites --sort age", "--sort: is given twice"},
    {"export --format json -o a -oa", "-o is given twice"},
    {"sites --json=foo", "--json takes no value"},
    {"--json=false sites", "--json takes no value"},
    {"sites --no-color=yes", "--no-color takes no value"},
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
    {"sites --interval 3s", "--interval: has an effect only with --sort rate"},
    {"--sort age sites --interval 3s", "--interval: has an effect only with --sort rate"},
    {"sites --class skb --interval 3s", "--interval: has an effect only with --sort rate"},
    {"sites --stacks --json", "--stacks: has no effect with --json"},
    {"--json trace --for 1s --stacks", "--stacks: has no effect with --json"},
    {"sites --sort rate --interval soon", "'soon'"},
    {"trace", "trace needs --for DURATION"},
    {"trace --for", "--for needs a value: --for DURATION"},
    {"trace 10m", "unexpected word '10m' (as a value: --for 10m): trace takes options only"},
    {"trace 10m --settle 1s", "--for 10m"},
    {"trace --for 1m soon", "unexpected word 'soon': trace takes options only"},
    {"export json", "as a value: --format json"},
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
    {"sockets --inode 1 --top 3", "--top: has no effect on the one socket of --inode"},
    {"sockets --inode 1 --sort slab", "--sort: has no effect on the one socket of --inode"},
    {"top --iterations 3", "--iterations has an effect only with --batch"},
    {"status --root /no/such/place", "--root: '/no/such/place' is no directory"},
    {"help bogus", "unknown command 'bogus'; known: status, top,"},
    {"help sites extra", "unexpected word 'extra'"},
    {"export --format folded --thresholds x", "--thresholds: has an effect only with"},
    {"export --format prometheus --thresholds x", "--thresholds: has an effect only with"},
    {"export", "export needs --format json|folded|prometheus"},
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
    EXPECT_EQ(leakctl("-V").out, version.out);
    EXPECT_EQ(leakctl("help").out, help.out);
    EXPECT_EQ(leakctl("help sites").out, leakctl("sites --help").out);
    EXPECT_EQ(leakctl("help help").out, leakctl("help --help").out);
}

// --help offers what the command takes, and nothing else.
TEST(Cli, HelpOffersOnlyWhatIsTaken) {
    EXPECT_THAT(leakctl("trace --help").out, HasSubstr("--sort bytes|pages|age "));
    EXPECT_THAT(leakctl("trace --help").out, HasSubstr("trace [OPTIONS]\n"));
    EXPECT_EQ(leakctl("trace --help").out.find("rate"), std::string::npos);
    EXPECT_EQ(leakctl("trace --help").out.find("growth"), std::string::npos);
    EXPECT_EQ(leakctl("status --help").out.find("DIR:DIR"), std::string::npos);
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
    const std::string recorded =
        "status --root " + test::test_dir() + "/data/recorded/x86_64-3.x-cloud-1g";
    EXPECT_EQ(leakctl(recorded).code, 0);
    for (const std::string& words :
         {std::string("--version"), std::string("-V"), std::string("--help"),
          std::string("status --help"), std::string("help"), std::string("help trace"), recorded,
          recorded + " --json"}) {
        for (const char* where : {" >/dev/full", " >&-", " >&- <&-"}) {
            const Outcome run = leakctl(words + where);
            EXPECT_EQ(run.code, 3) << words << where;
            EXPECT_THAT(run.err, HasSubstr("cannot write to standard output")) << words << where;
            expect_one_line(run.err);
        }
    }
}

// Without an end of its own, a batch ends when nobody takes its output.
TEST(Cli, ABatchEndsWithItsOutput) {
    const Outcome run = leakctl("top --batch --interval 1ms >/dev/full");
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.err, HasSubstr("cannot write to standard output"));
    expect_one_line(run.err);
}

} // namespace
} // namespace ghostmem
