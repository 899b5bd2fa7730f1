// Tests what leakctl reports about a kernel that refuses unsigned modules, with a fake /sys.
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/export.h"
#include "commands/status.h"
#include "lib/base/error.h"
#include "lib/genl/client.h"
#include "lib/genl/fault.h"
#include "lib/host/load_policy.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct LoadPolicyTest : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/ghostmem-policy-" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
    FakeClock clock;
    FakeKernel kernel{clock};
    std::ostringstream text;
    FakeDiag diag;
    commands::Context context{kernel, diag, clock, text, root};

    void SetUp() override {
        put("proc/meminfo", read_file(test_dir() + "/data/meminfo-6.1"));
        kernel.before_status = [] { throw module_not_loaded(); };
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    void put(const std::string& file, const std::string& content) {
        std::filesystem::create_directories((root / file).parent_path());
        write_file(root / file, content);
    }
    void lock_down(const std::string& line) { put("sys/kernel/security/lockdown", line); }
    void enforce(const std::string& word) { put("sys/module/module/parameters/sig_enforce", word); }

    template <typename Function> std::string failure(Function function) {
        try {
            function();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::no_module);
            return error.what();
        }
        ADD_FAILURE() << "no error";
        return {};
    }
    std::string status_failure() {
        return failure([&] { commands::status(context, {}); });
    }
};

TEST_F(LoadPolicyTest, AHostThatTellsNothingIsOpen) {
    const LoadPolicy policy = LoadPolicy::read(root);
    EXPECT_EQ(policy.lockdown, "");
    EXPECT_FALSE(policy.signed_only());
    EXPECT_EQ(policy.advice(), "");
    EXPECT_EQ(status_failure(), "module not loaded; load it: modprobe ghostmem");
    EXPECT_THAT(text.str(), Not(HasSubstr("lockdown")));
}

TEST_F(LoadPolicyTest, NoLockdownIsOpen) {
    lock_down("[none] integrity confidentiality\n");
    enforce("N\n");
    EXPECT_EQ(LoadPolicy::read(root).lockdown, "none");
    EXPECT_EQ(status_failure(), "module not loaded; load it: modprobe ghostmem");
}

TEST_F(LoadPolicyTest, LockdownIsNamedWithWhatToDo) {
    lock_down("none [integrity] confidentiality\n");
    EXPECT_TRUE(LoadPolicy::read(root).signed_only());
    const std::string said = status_failure();
    EXPECT_THAT(said,
                AllOf(HasSubstr("modprobe ghostmem"), HasSubstr("kernel lockdown (integrity)"),
                      HasSubstr("mokutil --import"), Not(HasSubstr("\n"))));
    EXPECT_THAT(text.str(), HasSubstr("Kernel lockdown (integrity)"));
}

TEST_F(LoadPolicyTest, ConfidentialityIsLockdownToo) {
    lock_down("none integrity [confidentiality]\n");
    EXPECT_THAT(status_failure(), HasSubstr("kernel lockdown (confidentiality)"));
}

TEST_F(LoadPolicyTest, EnforcedSignaturesNeedNoLockdown) {
    lock_down("[none] integrity confidentiality\n");
    enforce("Y\n");
    EXPECT_TRUE(LoadPolicy::read(root).signed_only());
    EXPECT_THAT(status_failure(), AllOf(HasSubstr("module.sig_enforce"), HasSubstr("mokutil")));
}

TEST_F(LoadPolicyTest, ALineWithoutBracketsIsNotKnown) {
    for (const char* line : {"", "\n", "integrity\n", "]integrity[\n", "[integrity\n"}) {
        lock_down(line);
        EXPECT_EQ(LoadPolicy::read(root).lockdown, "") << line;
    }
}

TEST_F(LoadPolicyTest, ALoadedModuleIsNobodysQuestion) {
    lock_down("none [integrity] confidentiality\n");
    kernel.before_status = [] {};
    EXPECT_EQ(commands::status(context, {}), 0);
    EXPECT_THAT(text.str(), Not(HasSubstr("lockdown")));
}

TEST_F(LoadPolicyTest, ExportSaysSoAsWell) {
    lock_down("none [integrity] confidentiality\n");
    EXPECT_THAT(failure([&] { commands::export_all(context, {}); }),
                HasSubstr("kernel lockdown (integrity)"));
}

TEST_F(LoadPolicyTest, AFamilyThatIsMissingHasAReason) {
    const auto said = [&](const char* state) {
        put("sys/module/ghostmem/initstate", state);
        return no_family_error(root);
    };
    EXPECT_EQ(no_family_error(root).kind(), ErrorKind::no_module);
    const Error coming = said("coming\n");
    EXPECT_EQ(coming.kind(), ErrorKind::loading);
    EXPECT_THAT(coming.what(), HasSubstr("still being loaded; try again"));
    EXPECT_THAT(coming.what(), Not(HasSubstr("network namespace")));
    const Error going = said("going\n");
    EXPECT_EQ(going.kind(), ErrorKind::loading);
    EXPECT_THAT(going.what(), HasSubstr("being unloaded"));
    const Error live = said("live\n");
    EXPECT_EQ(live.kind(), ErrorKind::unreachable);
    EXPECT_THAT(live.what(), HasSubstr("network namespace"));
}

// Uses a real netlink socket, on a kernel without the module.
TEST_F(LoadPolicyTest, TheClientLooksAtItsRoot) {
    ASSERT_FALSE(std::filesystem::exists("/sys/module/ghostmem"))
        << "unit tests want a host without the module";
    lock_down("none [integrity] confidentiality\n");
    GenlClient client(root);
    EXPECT_THAT(failure([&] { client.sites({}); }), HasSubstr("kernel lockdown (integrity)"));
    put("sys/module/ghostmem/initstate", "coming\n");
    try {
        client.sites({});
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::loading);
    }
}

} // namespace
} // namespace ghostmem
