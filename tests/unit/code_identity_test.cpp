// Tests which code a frame is attributed to, with a fake /sys and /proc.
#include <cstdint>
#include <filesystem>

#include <gtest/gtest.h>

#include "lib/attribution/site_id.h"
#include "lib/host/code_identity.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

std::string u32(uint32_t value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::string padded(std::string text) {
    text.resize((text.size() + 3) / 4 * 4);
    return text;
}

std::string note(const std::string& name, uint32_t type, const std::string& descriptor) {
    return u32(static_cast<uint32_t>(name.size()) + 1) +
           u32(static_cast<uint32_t>(descriptor.size())) + u32(type) + padded(name + '\0') +
           padded(descriptor);
}

const std::string build_id("\x00\x1f\xa0\xff\x07", 5);

TEST(BuildId, IsFoundAmongOtherNotes) {
    EXPECT_EQ(build_id_of(note("GNU", 3, build_id)), "001fa0ff07");
    EXPECT_EQ(build_id_of(note("Xen", 3, "abcdef") + note("Linux", 257, "") + note("GNU", 5, "x") +
                          note("GNU", 3, build_id) + note("GNU", 3, "later")),
              "001fa0ff07");
}

TEST(BuildId, SurvivesNotesOfAnyShape) {
    EXPECT_EQ(build_id_of(""), "");
    EXPECT_EQ(build_id_of("short"), "");
    EXPECT_EQ(build_id_of(u32(4) + u32(0xffffffff) + u32(3) + padded("GNU")), "");
    EXPECT_EQ(build_id_of(u32(0xfffffffd) + u32(4) + u32(3)), "");
    const std::string whole = note("Xen", 1, "abc") + note("GNU", 3, build_id);
    // The padding of the last note may be missing.
    for (size_t length = 0; length < whole.size() - 3; ++length)
        EXPECT_EQ(build_id_of(whole.substr(0, length)), "") << length;
    EXPECT_EQ(build_id_of(whole.substr(0, whole.size() - 3)), "001fa0ff07");
}

struct CodeIdentityTest : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/ghostmem-code-" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name();

    void SetUp() override {
        put("sys/kernel/notes", note("GNU", 3, build_id));
        put("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
        put("sys/module/lab/srcversion", "0123456789ABCDEF0123456\n");
        std::filesystem::create_directories(root / "sys/module/plain");
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    void put(const std::string& file, const std::string& content) {
        std::filesystem::create_directories((root / file).parent_path());
        write_file(root / file, content);
    }
    [[nodiscard]] std::string of(const Frame& frame) const { return CodeIdentity(root).of(frame); }
    [[nodiscard]] uint64_t id(Site site) const {
        std::vector<Site> sites{std::move(site)};
        CodeIdentity(root).tell(sites);
        return site_id(sites[0]);
    }
};

const std::string kernel_identity = "build-id:001fa0ff07";
const std::string lab_identity = "srcversion:0123456789ABCDEF0123456";

TEST_F(CodeIdentityTest, TheKernelHasItsBuildId) {
    EXPECT_EQ(of(frame("schedule+0x1/0x2")), kernel_identity);
}

TEST_F(CodeIdentityTest, AKernelWithoutBuildIdHasItsRelease) {
    put("sys/kernel/notes", note("Xen", 1, "abc"));
    EXPECT_EQ(of(frame("schedule+0x1/0x2")), "release:6.1.0-1-amd64");
    std::filesystem::remove(root / "sys/kernel/notes");
    EXPECT_EQ(of(frame("schedule+0x1/0x2")), "release:6.1.0-1-amd64");
}

TEST_F(CodeIdentityTest, AModuleHasItsSrcversionOrIsTheKernels) {
    EXPECT_EQ(of(frame("lab_probe+0x1/0x2 [lab]")), lab_identity);
    EXPECT_EQ(of(frame("f+0x1/0x2 [plain]")), kernel_identity);
    EXPECT_EQ(of(frame("f+0x1/0x2 [plain, unloaded]")), kernel_identity);
}

// sysfs may describe another module that has the same name by now.
TEST_F(CodeIdentityTest, OfAModuleThatHasGoneSysfsIsNotAsked) {
    EXPECT_EQ(of(frame("lab_probe+0x1/0x2 [lab, unloaded]")), kernel_identity);
    for (const char* text : {"lab_probe+0x1/0x2 [lab, unloaded]", "lab_init+0x1/0x2 [lab]"}) {
        Frame frozen = frame(text);
        frozen.srcversion = "OLDER";
        EXPECT_EQ(of(frozen), "srcversion:OLDER");
    }
}

TEST_F(CodeIdentityTest, AModulesNameIsNoPath) {
    put("sys/srcversion", "outside");
    Frame odd = frame("f+0x1/0x2 [lab]");
    for (const char* name : {"..", ".", "../kernel", "/etc"}) {
        odd.module = name;
        EXPECT_EQ(of(odd), kernel_identity) << name;
    }
}

TEST_F(CodeIdentityTest, LooksOnceAtEach) {
    CodeIdentity code(root);
    EXPECT_EQ(code.of(frame("lab_probe+0x1/0x2 [lab]")), lab_identity);
    EXPECT_EQ(code.of(frame("schedule+0x1/0x2")), kernel_identity);
    std::filesystem::remove_all(root / "sys");
    EXPECT_EQ(code.of(frame("lab_take+0x1/0x2 [lab]")), lab_identity);
    EXPECT_EQ(code.of(frame("schedule+0x3/0x4")), kernel_identity);
}

TEST_F(CodeIdentityTest, ASiteKeepsItsIdWhenItsModuleGoes) {
    const Site loaded = site(2, 1,
                             stack({"__alloc_pages+0x1/0x9", "lab_take+0x2/0x9 [lab]",
                                    "f+0x3/0x9 [plain]", "schedule+0x4/0x9"}));
    Site gone = loaded;
    gone.slot = 99;
    for (Frame& frame : gone.frames) {
        if (!frame.module.empty())
            frame.state = CodeState::unloaded;
        if (frame.module == "lab")
            frame.srcversion = "0123456789ABCDEF0123456";
    }
    const uint64_t before = id(loaded);
    std::filesystem::remove_all(root / "sys/module");
    EXPECT_EQ(id(gone), before);
    gone.frames[1].srcversion = "ANOTHER";
    EXPECT_NE(id(gone), before);
}

TEST_F(CodeIdentityTest, AnotherKernelIsAnotherSite) {
    const Site one = site(2, 1, stack({"__alloc_pages+0x1/0x9", "schedule+0x4/0x9"}));
    const uint64_t here = id(one);
    EXPECT_EQ(id(one), here);
    put("sys/kernel/notes", note("GNU", 3, "other"));
    EXPECT_NE(id(one), here);
}

} // namespace
} // namespace ghostmem
