#include <gtest/gtest.h>

#include "lib/base/units.h"
#include "lib/model/settings.h"

namespace ghostmem {
namespace {

using std::chrono::milliseconds;

TEST(ParseSize, TakesPowersOf1024) {
    EXPECT_EQ(parse_size("0"), 0U);
    EXPECT_EQ(parse_size("4096"), 4096U);
    EXPECT_EQ(parse_size("512B"), 512U);
    EXPECT_EQ(parse_size("64K"), 64U << 10);
    EXPECT_EQ(parse_size("1m"), 1U << 20);
    EXPECT_EQ(parse_size("2GiB"), 2ULL << 30);
    EXPECT_EQ(parse_size("3TB"), 3ULL << 40);
    EXPECT_EQ(parse_size("18446744073709551615"), UINT64_MAX);
}

TEST(ParseSize, RefusesNonsense) {
    for (const char* text : {"", " ", "-1", "+1", "1.5G", "1 M", "M", "1X", "1Ki", "1MM", "1iB",
                             "0x10", "18446744073709551616", "17179869184G", "1K\n"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(ParseDuration, TakesOneUnit) {
    EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
    EXPECT_EQ(parse_duration("10"), milliseconds(10'000));
    EXPECT_EQ(parse_duration("10s"), milliseconds(10'000));
    EXPECT_EQ(parse_duration("10m"), milliseconds(600'000));
    EXPECT_EQ(parse_duration("2h"), milliseconds(7'200'000));
    EXPECT_EQ(parse_duration("1d"), milliseconds(86'400'000));
    EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(ParseDuration, RefusesNonsense) {
    for (const char* text : {"", "s", "-1s", "1.5h", "1h30m", "10 s", "10S", "1w", "10us",
                             "99999999999999999999s", "36501d"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(FormatBytes, ChoosesTheUnit) {
    EXPECT_EQ(format_bytes(0), "0 B");
    EXPECT_EQ(format_bytes(1023), "1023 B");
    EXPECT_EQ(format_bytes(1536), "1.5 KiB");
    EXPECT_EQ(format_bytes((1U << 20) - 1), "1.0 MiB");
    EXPECT_EQ(format_bytes(8ULL << 30), "8.0 GiB");
    EXPECT_EQ(format_bytes(UINT64_MAX), "16.0 EiB");
    EXPECT_EQ(format_signed_bytes(-2048), "-2.0 KiB");
    EXPECT_EQ(format_signed_bytes(0), "+0 B");
    EXPECT_EQ(format_signed_bytes(INT64_MIN), "-8.0 EiB");
}

TEST(FormatAge, HasTwoParts) {
    EXPECT_EQ(format_age(0), "0s");
    EXPECT_EQ(format_age(59), "59s");
    EXPECT_EQ(format_age(600), "10m");
    EXPECT_EQ(format_age(725), "12m 5s");
    EXPECT_EQ(format_age(11'520), "3h 12m");
    EXPECT_EQ(format_age(86'400 * 5 + 3600 * 4), "5d 4h");
}

TEST(CountOf, KnowsThePlural) {
    EXPECT_EQ(count_of(0, "site"), "0 sites");
    EXPECT_EQ(count_of(1, "site"), "1 site");
    EXPECT_EQ(count_of(2, "site"), "2 sites");
}

TEST(Settings, AreTakenTogetherOrNotAtAll) {
    EXPECT_EQ(parse_settings({"mode=off"}).change.mode, Mode::off);
    EXPECT_EQ(parse_settings({"mode=exact"}).change.mode, Mode::exact);
    EXPECT_EQ(parse_settings({"mode=sampled"}).change.mode, Mode::sampled);
    EXPECT_TRUE(parse_settings({}).change.empty());
    const ConfigChange all = parse_settings({"interval=1M", "mode=sampled", "budget=0.25%"}).change;
    EXPECT_EQ(all.mode, Mode::sampled);
    EXPECT_EQ(all.interval_bytes, 1U << 20);
    EXPECT_EQ(all.budget_ppm, 2500U);
    EXPECT_EQ(parse_settings({"budget=0.57%"}).change.budget_ppm, 5700U);
    EXPECT_EQ(parse_settings({"budget=off"}).change.budget_ppm, 0U);
    EXPECT_EQ(parse_settings({"budget=100%"}).change.budget_ppm, 1'000'000U);
    EXPECT_EQ(parse_settings({"interval=8K"}).change.interval_bytes, 8192U);
    EXPECT_EQ(parse_settings({"interval=4G"}).change.interval_bytes, uint64_t{1} << 32);
    for (const std::vector<std::string>& bad :
         std::vector<std::vector<std::string>>{{"mode"},
                                               {"mode="},
                                               {"mode=fast"},
                                               {"Mode=off"},
                                               {"depth=3"},
                                               {""},
                                               {"mode=off", "mode=exact"},
                                               {"interval=4K"},
                                               {"interval=8G"},
                                               {"interval=3M"},
                                               {"interval="},
                                               {"budget=1"},
                                               {"budget=0%"},
                                               {"budget=101%"},
                                               {"budget=-1%"},
                                               {"budget=nan%"},
                                               {"budget=1%%"},
                                               {"budget=1%", "budget=off"},
                                               {"interval=1M", "interval=1M"},
                                               {"mode=off", "nonsense=1"}}) {
        const ConfigParse parse = parse_settings(bad);
        EXPECT_TRUE(parse.change.empty()) << bad.back();
        EXPECT_NE(parse.problem.find(bad.back()), std::string::npos) << parse.problem;
    }
}

TEST(Units, AnEstimateIsNeverBelowNothing) {
    EXPECT_EQ(format_estimate(3 << 20, 1 << 20), "3.0 MiB ± 1.0 MiB");
    EXPECT_EQ(format_estimate(1 << 20, 1 << 20), "1.0 MiB ± 1.0 MiB");
    EXPECT_EQ(format_estimate(1 << 20, 3 << 20), "1.0 MiB (0 to 4.0 MiB)");
    EXPECT_EQ(format_estimate(1 << 20, std::nullopt), "1.0 MiB");
    EXPECT_EQ(format_amount(1 << 20, std::nullopt), "1.0 MiB (1048576 bytes)");
    EXPECT_EQ(format_amount(1, std::nullopt), "1 B (1 byte)");
    EXPECT_EQ(format_amount(1 << 20, 3 << 20), "1.0 MiB (0 to 4.0 MiB)");
}

} // namespace
} // namespace ghostmem
