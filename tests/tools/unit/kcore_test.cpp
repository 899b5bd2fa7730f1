// Reads the segments of a core file across the boundaries of the cached blocks.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "gmkcore/kcore.h"

namespace gmkcore {
namespace {

constexpr uint64_t first = 0xffff888000000000;
constexpr uint64_t second = 0xffffea0000000000;

class CoreFile : public testing::Test {
  protected:
    std::string path = "/tmp/gmkcore.XXXXXX";

    void SetUp() override {
        const int file = mkstemp(path.data());
        ASSERT_GE(file, 0);
        std::vector<char> content(5 * 4096);
        Elf64_Ehdr header{};
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_phoff = sizeof(header);
        header.e_phentsize = sizeof(Elf64_Phdr);
        header.e_phnum = 3;
        Elf64_Phdr segments[3]{};
        segments[0].p_type = PT_NOTE;
        segments[1] = {PT_LOAD, 0, 4096, first, 0, 8192, 8192, 4096};
        segments[2] = {PT_LOAD, 0, 3 * 4096, second, 0, 4096, 4096, 4096};
        std::memcpy(content.data(), &header, sizeof(header));
        std::memcpy(content.data() + sizeof(header), segments, sizeof(segments));
        for (size_t n = 4096; n < content.size(); n++)
            content[n] = static_cast<char>(n / 8);
        ASSERT_EQ(write(file, content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
        close(file);
    }

    void TearDown() override { unlink(path.c_str()); }
};

TEST_F(CoreFile, IsReadByAddress) {
    Kcore core(path);
    unsigned char bytes[16];
    core.read(first + 4096 - 8, bytes, sizeof(bytes));
    EXPECT_EQ(bytes[7], static_cast<unsigned char>((2 * 4096 - 1) / 8));
    EXPECT_EQ(bytes[8], static_cast<unsigned char>(2 * 4096 / 8));
    core.read(second + 80, bytes, 1);
    EXPECT_EQ(bytes[0], static_cast<unsigned char>((3 * 4096 + 80) / 8));
}

TEST_F(CoreFile, EndsWhereItEnds) {
    Kcore core(path);
    char bytes[16];
    EXPECT_THROW(core.read(first + 8192 - 8, bytes, 16), std::runtime_error);
    EXPECT_THROW(core.read(0, bytes, 1), std::runtime_error);
    EXPECT_THROW(Kcore("/proc/self/status"), std::runtime_error);
    EXPECT_THROW(Kcore("/nonexistent"), std::runtime_error);
}

} // namespace
} // namespace gmkcore
