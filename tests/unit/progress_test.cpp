#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "output/progress.h"

namespace ghostmem::output {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;

constexpr TraceProgress half{TraceProgress::Phase::recording, milliseconds{30'000},
                             milliseconds{60'000}};

TEST(Progress, DrawsAndClears) {
    std::ostringstream text;
    {
        ProgressBar bar(text, true);
        bar.show(half);
        EXPECT_THAT(text.str(), HasSubstr("[###############...............] 30s left"));
    }
    EXPECT_THAT(text.str(), EndsWith("\r\x1b[K"));
}

TEST(Progress, NamesWhatIsWaitedFor) {
    std::ostringstream text;
    ProgressBar bar(text, true);
    for (const auto phase : {TraceProgress::Phase::recording, TraceProgress::Phase::settling,
                             TraceProgress::Phase::measuring})
        bar.show({phase, milliseconds{1}, milliseconds{2}});
    EXPECT_THAT(text.str(), HasSubstr("recording ["));
    EXPECT_THAT(text.str(), HasSubstr("settling  ["));
    EXPECT_THAT(text.str(), HasSubstr("measuring ["));
}

TEST(Progress, IsSilentWhereNobodyLooks) {
    std::ostringstream text;
    ProgressBar bar(text, false);
    bar.show(half);
    bar.clear();
    EXPECT_EQ(text.str(), "");
}

TEST(Progress, SurvivesATotalOfNothing) {
    std::ostringstream text;
    ProgressBar bar(text, true);
    bar.show({TraceProgress::Phase::settling, milliseconds{0}, milliseconds{0}});
    EXPECT_EQ(text.str(), "");
}

} // namespace
} // namespace ghostmem::output
