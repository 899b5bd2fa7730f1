// `leakctl top`: what is drawn, what keys do, and when the report is gathered.
#include <deque>
#include <filesystem>
#include <sstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/top.h"
#include "output/top/batch_screen.h"
#include "output/top/view.h"
#include "support/golden.h"
#include "support/samples.h"
#include "support/socket_samples.h"

namespace ghostmem::output {
namespace {

using namespace test;
using std::chrono::milliseconds;
using testing::Contains;
using testing::HasSubstr;

std::string text_of(const TopFrame& frame) {
    std::string text;
    for (const TopLine& line : frame.lines)
        text += line.text + "\n";
    return text;
}

TopPress letter(char which) {
    return {TopKey::letter, which};
}

TEST(TopView, Sites) {
    TopState state;
    expect_golden("golden/top-sites.txt", text_of(draw_top(sample_report(), state, 80, 24)));
}

TEST(TopView, OtherPanels) {
    TopState state;
    state.panel = TopPanel::sockets;
    std::string text = text_of(draw_top(sample_report(), state, 120, 24));
    EXPECT_THAT(text, HasSubstr("zebra"));
    EXPECT_THAT(text, HasSubstr("PINNED"));
    state.panel = TopPanel::modules;
    text = text_of(draw_top(sample_report(), state, 120, 24));
    EXPECT_THAT(text, HasSubstr("lab (unloaded)"));
    EXPECT_THAT(text, HasSubstr("(kernel image)"));
    state.panel = TopPanel::holders;
    StatusReport report = sample_report();
    report.holders = {
        {.name = "zram", .what = "zram", .part = HolderPart::ghost, .bytes = 4096},
        {.name = "cma", .what = "CMA in use", .part = HolderPart::ghost, .evidence = "the module"}};
    text = text_of(draw_top(report, state, 120, 24));
    EXPECT_THAT(text, HasSubstr("4.0 KiB  zram"));
    EXPECT_THAT(text, HasSubstr("?  CMA in use  ghost    needs the module"));
}

TEST(TopView, FitsAnyScreen) {
    for (const size_t width : {1, 7, 80, 300}) {
        for (const size_t height : {1, 2, 8, 9, 24, 100}) {
            TopState state;
            const TopFrame frame = draw_top(sample_report(), state, width, height);
            EXPECT_LE(frame.lines.size(), height);
            for (const TopLine& line : frame.lines)
                EXPECT_LE(line.text.size(), width * 2); // "±" takes two bytes
        }
    }
}

TEST(TopView, WithoutTheModule) {
    StatusReport report;
    report.ledger = healthy_ledger();
    report.verdict =
        judge({.ledger = report.ledger, .status = report.status, .sites = report.sites});
    TopState state;
    for (const TopPanel panel :
         {TopPanel::sites, TopPanel::sockets, TopPanel::modules, TopPanel::holders}) {
        state.panel = panel;
        EXPECT_THAT(text_of(draw_top(report, state, 80, 24)), HasSubstr("module not loaded"));
    }
}

TEST(TopKeys, Scroll) {
    TopState state;
    EXPECT_EQ(press(state, {TopKey::down}, 10, 12), TopAction::redraw);
    EXPECT_EQ(state.first, 1U);
    press(state, {TopKey::page_down}, 10, 12);
    EXPECT_EQ(state.first, 2U);
    press(state, {TopKey::down}, 10, 12);
    EXPECT_EQ(state.first, 2U);
    press(state, {TopKey::page_up}, 10, 12);
    EXPECT_EQ(state.first, 0U);
    press(state, {TopKey::up}, 10, 12);
    EXPECT_EQ(state.first, 0U);
    press(state, {TopKey::end}, 10, 12);
    EXPECT_EQ(state.first, 2U);
    press(state, {TopKey::home}, 10, 12);
    EXPECT_EQ(state.first, 0U);
    press(state, {TopKey::end}, 10, 5);
    EXPECT_EQ(state.first, 0U);
}

TEST(TopKeys, AListThatHasBecomeShorterIsShownAllTheSame) {
    TopState state;
    state.first = 1000;
    const TopFrame frame = draw_top(sample_report(), state, 80, 24);
    EXPECT_EQ(state.first, 0U);
    EXPECT_EQ(frame.all, 3U);
}

TEST(TopKeys, ChooseWhatIsShown) {
    TopState state;
    state.first = 3;
    EXPECT_EQ(press(state, letter('k'), 10, 12), TopAction::redraw);
    EXPECT_EQ(state.panel, TopPanel::sockets);
    EXPECT_EQ(state.first, 0U);
    press(state, letter('\t'), 10, 12);
    EXPECT_EQ(state.panel, TopPanel::modules);
    press(state, letter('o'), 10, 12);
    press(state, letter('\t'), 10, 12);
    EXPECT_EQ(state.panel, TopPanel::sites);
    press(state, letter('m'), 10, 12);
    press(state, letter('g'), 10, 12);
    EXPECT_EQ(state.panel, TopPanel::sites);
    EXPECT_EQ(state.sort, SortKey::growth);
    press(state, letter('a'), 10, 12);
    EXPECT_EQ(state.sort, SortKey::age);
    press(state, letter('b'), 10, 12);
    EXPECT_EQ(state.sort, SortKey::bytes);
    EXPECT_EQ(press(state, letter('x'), 10, 12), TopAction::nothing);
    EXPECT_EQ(press(state, {}, 10, 12), TopAction::nothing);
}

TEST(TopKeys, HelpIsAPage) {
    TopState state;
    press(state, letter('h'), 10, 12);
    EXPECT_THAT(text_of(draw_top(sample_report(), state, 80, 24)), HasSubstr("Keys of"));
    EXPECT_EQ(press(state, letter('k'), 10, 12), TopAction::redraw);
    EXPECT_FALSE(state.help);
    EXPECT_EQ(state.panel, TopPanel::sites);
    press(state, letter('?'), 10, 12);
    EXPECT_EQ(press(state, letter('q'), 10, 12), TopAction::quit);
}

TEST(TopKeys, HowOften) {
    TopState state;
    press(state, letter('+'), 10, 12);
    EXPECT_EQ(state.interval, milliseconds(6000));
    for (int i = 0; i < 10; ++i)
        press(state, letter('-'), 10, 12);
    EXPECT_EQ(state.interval, milliseconds(500));
    for (int i = 0; i < 10; ++i)
        press(state, letter('+'), 10, 12);
    EXPECT_EQ(state.interval, milliseconds(60000));
    EXPECT_EQ(press(state, letter('p'), 10, 12), TopAction::redraw);
    EXPECT_TRUE(state.paused);
    EXPECT_EQ(press(state, letter('p'), 10, 12), TopAction::refresh);
    EXPECT_EQ(press(state, letter(' '), 10, 12), TopAction::refresh);
}

// Presses keys from a script; waiting advances the fake clock by the whole patience.
class ScriptedScreen : public Screen {
  public:
    explicit ScriptedScreen(FakeClock& clock) : clock_(clock) {}
    size_t width() override { return 80; }
    size_t height() override { return 24; }
    void draw(const std::vector<TopLine>& /*lines*/) override { ++drawn; }
    TopPress wait(milliseconds patience) override {
        waited.push_back(patience);
        if (keys.empty())
            return letter('q');
        const TopPress key = keys.front();
        keys.pop_front();
        if (key.key == TopKey::none)
            clock_.sleep(patience);
        return key;
    }

    std::deque<TopPress> keys;
    std::vector<milliseconds> waited;
    int drawn = 0;

  private:
    FakeClock& clock_;
};

class TopCommand : public testing::Test {
  protected:
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    std::ostringstream text;
    std::filesystem::path root = testing::TempDir() + "/top-" + std::to_string(getpid());
    commands::Context context{kernel, diag, clock, text, root};
    int looks = 0;

    void SetUp() override {
        std::filesystem::create_directories(root / "proc");
        std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", root / "proc/meminfo",
                                   std::filesystem::copy_options::overwrite_existing);
        kernel.before_status = [this] { ++looks; };
    }
    void TearDown() override { std::filesystem::remove_all(root); }
};

TEST_F(TopCommand, LooksWhenItIsTime) {
    ScriptedScreen screen(clock);
    screen.keys = {{}, {}, letter('k'), {TopKey::resize}, letter(' ')};
    EXPECT_EQ(commands::top(context, screen, {{}, milliseconds(2000)}), 0);
    EXPECT_EQ(looks, 4); // the first one, two when due, one on request
    EXPECT_EQ(screen.drawn, 6);
    EXPECT_EQ(screen.waited.front(), milliseconds(2000));
}

TEST_F(TopCommand, DoesNotWhilePaused) {
    ScriptedScreen screen(clock);
    screen.keys = {letter('p'), {}, {}, letter('p'), {}};
    commands::top(context, screen, {{}, milliseconds(2000)});
    EXPECT_EQ(looks, 3);
}

TEST_F(TopCommand, LooksLessOftenWhereItTakesLong) {
    kernel.before_status = [this] {
        ++looks;
        clock.sleep(milliseconds(1000));
    };
    ScriptedScreen screen(clock);
    commands::top(context, screen, {{}, milliseconds(2000)});
    EXPECT_EQ(screen.waited.front(), milliseconds(10000));
}

TEST_F(TopCommand, InABatchThereIsAnEnd) {
    std::ostringstream text;
    BatchScreen screen(text, clock, 2);
    commands::top(context, screen, {{}, milliseconds(1000)});
    EXPECT_EQ(looks, 2);
    EXPECT_THAT(text.str(), HasSubstr("\n\nghostmem 0.1.0"));
    EXPECT_THAT(text.str(), Not(HasSubstr("q quit")));
    EXPECT_EQ(text.str().find(" \n"), std::string::npos);
}

} // namespace
} // namespace ghostmem::output
