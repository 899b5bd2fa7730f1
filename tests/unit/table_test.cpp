// Tables that have to fit, and terminals that show only ASCII.
#include <sstream>

#include <gtest/gtest.h>

#include "output/text/ascii.h"
#include "output/text/table.h"

namespace ghostmem::output {
namespace {

std::string printed(const Table& table, const Style& style, const std::string& indent = "") {
    std::ostringstream out;
    table.print(out, style, indent);
    return out.str();
}

Table sample() {
    Table table(
        {{"BYTES", Align::right}, {"MODULE", Align::left, 12}, {"FUNCTION", Align::left, 14}});
    table.add(
        {"1.0 MiB", "nic_with_a_very_long_name", "nic_allocate_receive_descriptors_for_ring"});
    return table;
}

TEST(Table, IsAsWideAsItsCellsWhereThereIsRoom) {
    EXPECT_EQ(printed(sample(), Style(false, 80)),
              "  BYTES  MODULE                     FUNCTION\n"
              "1.0 MiB  nic_with_a_very_long_name  nic_allocate_receive_descriptors_for_ring\n");
}

TEST(Table, CutsLongNamesInTheirMiddle) {
    EXPECT_EQ(printed(sample(), Style(false, 60)),
              "  BYTES  MODULE                    FUNCTION\n"
              "1.0 MiB  nic_with_a_v…y_long_name  nic_allocate…ors_for_ring\n");
    const std::string ascii = printed(sample(), Style(false, 60, false));
    EXPECT_NE(ascii.find("  nic_allocat...rs_for_ring"), std::string::npos) << ascii;
}

TEST(Table, TheWidestShrinksFirst) {
    const std::string text = printed(sample(), Style(false, 45));
    EXPECT_NE(text.find("1.0 MiB  nic_with…ong_name  nic_allo…for_ring\n"), std::string::npos)
        << text;
}

TEST(Table, DoesNotShrinkBelowTheNarrowest) {
    const std::string text = printed(sample(), Style(false, 10));
    EXPECT_NE(text.find("1.0 MiB  nic_wi…_name  nic_all…r_ring\n"), std::string::npos) << text;
}

TEST(Table, AnIndentCounts) {
    std::istringstream lines(printed(sample(), Style(false, 60, false), "    "));
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 60U) << line;
}

TEST(Ascii, ReplacesWhatIsPrintedBeyondIt) {
    EXPECT_EQ(to_ascii("1.0 MiB ± 2 B, ± 3 B, a…b"), "1.0 MiB +- 2 B, +- 3 B, a...b");
    EXPECT_EQ(to_ascii("plain"), "plain");
}

} // namespace
} // namespace ghostmem::output
