// The window of `trace`, on a fake clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/findings/trace_window.h"
#include "lib/host/system_clock.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct TraceTest : testing::Test {
    FakeClock clock;
    FakeKernel kernel{clock};
    std::vector<TraceProgress> progress;

    TraceOutcome trace(seconds window, seconds settle) {
        return run_trace(kernel, clock, {window, settle},
                         [&](const TraceProgress& step) { progress.push_back(step); });
    }
    ErrorKind failure(seconds window, seconds settle) {
        try {
            trace(window, settle);
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::io;
    }
};

TEST_F(TraceTest, BeginsAtTheNextSecondAndEndsOnTime) {
    clock.time = milliseconds{4'700}; // the tracker's second 5
    const TraceOutcome outcome = trace(seconds{10}, seconds{3});
    EXPECT_EQ(outcome.since_s, 6U);
    EXPECT_EQ(outcome.until_s, 16U);
    EXPECT_EQ(outcome.settled, seconds{3});
    EXPECT_FALSE(outcome.interrupted);
    ASSERT_EQ(kernel.asked.size(), 1U);
    EXPECT_EQ(kernel.asked[0].since_s, 6U);
    EXPECT_EQ(kernel.asked[0].until_s, 16U);
    EXPECT_EQ(kernel.asked[0].min_pages, 1U);
    // Second 16 began at 15,000 ms, then came the settle time; the clock slept hardly longer.
    EXPECT_GE(clock.time, milliseconds{18'000});
    EXPECT_LE(clock.time, milliseconds{18'500});
    EXPECT_EQ(outcome.sites.at(0).window_pages, 2048U);
}

TEST_F(TraceTest, ReportsProgressThatOnlyGrows) {
    trace(seconds{5}, seconds{2});
    ASSERT_FALSE(progress.empty());
    EXPECT_EQ(progress.front().phase, TraceProgress::Phase::recording);
    EXPECT_EQ(progress.back().phase, TraceProgress::Phase::settling);
    EXPECT_EQ(progress.back().done, progress.back().total);
    for (size_t i = 1; i < progress.size(); ++i) {
        const bool same_phase = progress[i].phase == progress[i - 1].phase;
        EXPECT_TRUE(!same_phase || progress[i].done >= progress[i - 1].done);
        EXPECT_LE(progress[i].done, progress[i].total);
    }
}

TEST_F(TraceTest, NeedsNoSettling) {
    const TraceOutcome outcome = trace(seconds{1}, seconds{0});
    EXPECT_EQ(outcome.settled, seconds{0});
    EXPECT_FALSE(outcome.interrupted);
}

TEST_F(TraceTest, SettlesNoLongerThanItTakes) {
    struct Late : FakeClock {
        bool sleep(milliseconds duration) override {
            return FakeClock::sleep(duration + milliseconds{600});
        }
    } late;
    FakeKernel slow(late);
    std::optional<milliseconds> began;
    const TraceOutcome outcome =
        run_trace(slow, late, {seconds{1}, seconds{2}}, [&](const TraceProgress& step) {
            if (step.phase == TraceProgress::Phase::settling && !began)
                began = late.time;
        });
    EXPECT_EQ(outcome.settled, seconds{2});
    // Every sleep is 600 ms late: one of 1,000 ms, then one of the remaining 400 ms.
    EXPECT_EQ(late.time - *began, milliseconds{2'600});
}

TEST_F(TraceTest, AnInterruptEndsTheWindowNow) {
    clock.interrupt_at = milliseconds{20'300}; // the tracker's second 21
    const TraceOutcome outcome = trace(seconds{600}, seconds{60});
    EXPECT_TRUE(outcome.interrupted);
    EXPECT_EQ(outcome.since_s, 2U);
    EXPECT_EQ(outcome.until_s, 22U); // the second it was interrupted in counts
    EXPECT_EQ(outcome.settled, seconds{0});
    EXPECT_EQ(clock.time, milliseconds{20'300});
    EXPECT_EQ(outcome.sites.size(), 4U);
}

TEST_F(TraceTest, AnInterruptBeforeTheWindowLeavesNoEmptyWindow) {
    clock.interrupt_at = milliseconds{100};
    const TraceOutcome outcome = trace(seconds{600}, seconds{60});
    EXPECT_TRUE(outcome.interrupted);
    EXPECT_LT(outcome.since_s, outcome.until_s);
}

TEST_F(TraceTest, AnInterruptWhileSettlingKeepsTheWindow) {
    clock.interrupt_at = milliseconds{15'000};
    const TraceOutcome outcome = trace(seconds{10}, seconds{60});
    EXPECT_TRUE(outcome.interrupted);
    EXPECT_EQ(outcome.until_s - outcome.since_s, 10U);
    EXPECT_GE(outcome.settled, seconds{3});
    EXPECT_LE(outcome.settled, seconds{4});
}

TEST_F(TraceTest, AResetWhileRecordingIsAnError) {
    kernel.before_status = [&] {
        if (clock.time > seconds{5})
            kernel.state.generation = 2;
    };
    EXPECT_EQ(failure(seconds{10}, seconds{0}), ErrorKind::inconsistent);
    EXPECT_LT(clock.time, seconds{8});
}

TEST_F(TraceTest, AResetWhileDumpingIsAnError) {
    kernel.before_sites = [&] { kernel.state.generation = 2; };
    EXPECT_EQ(failure(seconds{10}, seconds{0}), ErrorKind::inconsistent);
}

TEST_F(TraceTest, NeedsATrackerThatRecords) {
    kernel.state.mode = Mode::off;
    EXPECT_EQ(failure(seconds{10}, seconds{0}), ErrorKind::not_recording);
    kernel.state.mode = Mode::exact;
    kernel.state.change = Change::resetting;
    EXPECT_EQ(failure(seconds{10}, seconds{0}), ErrorKind::not_recording);
    kernel.state.change.reset();
    kernel.state.disabled_reason = "torn";
    EXPECT_EQ(failure(seconds{10}, seconds{0}), ErrorKind::disabled);
    EXPECT_EQ(clock.time, seconds{0});
}

// A signal that arrives between two sleeps must not be lost.
TEST(InterruptibleClock, TakesASignalAtAnyTime) {
    InterruptibleClock real;
    EXPECT_TRUE(real.sleep(milliseconds{1}));
    std::raise(SIGINT);
    const milliseconds begin = real.now();
    EXPECT_FALSE(real.sleep(seconds{60}));
    EXPECT_FALSE(real.sleep(seconds{60}));
    EXPECT_LT(real.now() - begin, seconds{30});
}

} // namespace
} // namespace ghostmem
