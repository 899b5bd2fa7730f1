// Tests reading addresses from /proc/kallsyms.
#include <gtest/gtest.h>
#include <sstream>

#include "gmkcore/symbols.h"

namespace gmkcore {
namespace {

TEST(Symbols, TheKernelsOwnAreTaken) {
    std::istringstream text("ffffffff81000000 T _stext\n"
                            "ffffffff82a0b000 D init_task\n"
                            "ffffffffc0123000 d vmalloc_base\t[rogue]\n"
                            "ffffffff82a0c000 D vmemmap_base\n"
                            "\n"
                            "ffffffff82a0d000\n");
    const Symbols symbols(text);
    EXPECT_EQ(symbols.at("init_task"), 0xffffffff82a0b000U);
    EXPECT_EQ(symbols.at("vmemmap_base"), 0xffffffff82a0c000U);
    EXPECT_THROW(static_cast<void>(symbols.at("vmalloc_base")), std::runtime_error);
}

TEST(Symbols, HiddenOnesAreSaidToBe) {
    std::istringstream text("0000000000000000 D init_task\n");
    const Symbols symbols(text);
    try {
        static_cast<void>(symbols.at("init_task"));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "/proc/kallsyms hides addresses: run as root");
    }
}

} // namespace
} // namespace gmkcore
