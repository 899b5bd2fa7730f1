// What receipts tell: a leak from a cache, and the verdict's words on devices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/findings/cycle_reasons.h"
#include "lib/findings/cycles.h"
#include "lib/findings/verdict.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t mib_pages = 256;

std::vector<Cycle> cycles(std::initializer_list<uint64_t> left) {
    std::vector<Cycle> all;
    for (const uint64_t bytes : left)
        all.push_back({all.size() + 1, 0, 0, bytes});
    return all;
}

TEST(Cycles, NothingLeftIsClean) {
    EXPECT_EQ(judge_cycles({}, 0).trend, CycleTrend::clean);
    // Freed meanwhile.
    EXPECT_EQ(judge_cycles(cycles({mib, mib, mib, mib}), 0).trend, CycleTrend::clean);
}

TEST(Cycles, TooFewTellNothing) {
    EXPECT_EQ(judge_cycles(cycles({mib}), mib).trend, CycleTrend::unknown);
    EXPECT_EQ(judge_cycles(cycles({mib, mib}), 2 * mib).trend, CycleTrend::unknown);
}

TEST(Cycles, WhatLaterOnesAddToIsALeakWithItsSlope) {
    const CycleFinding found = judge_cycles(cycles({mib, mib, mib}), 3 * mib);
    EXPECT_EQ(found.trend, CycleTrend::grows);
    EXPECT_EQ(found.bytes_per_cycle, mib);
    // The first fill a cache as well, which is not part of the slope.
    EXPECT_EQ(judge_cycles(cycles({9 * mib, mib, mib, mib, mib, mib}), 14 * mib).bytes_per_cycle,
              mib);
    // Not at each time.
    const CycleFinding rare = judge_cycles(cycles({0, 4096, 0, 0, 4096, 0, 4096, 0}), 12288);
    EXPECT_EQ(rare.trend, CycleTrend::grows);
    EXPECT_EQ(rare.bytes_per_cycle, 2048U);
}

TEST(Cycles, WhatOnlyTheFirstLeaveIsACache) {
    EXPECT_EQ(judge_cycles(cycles({mib, 0, 0}), mib).trend, CycleTrend::cache);
    EXPECT_EQ(judge_cycles(cycles({mib, 4096, 4096, 0, 0, 0}), mib).trend, CycleTrend::cache);
    EXPECT_EQ(judge_cycles(cycles({mib, 0, 0}), mib).bytes_per_cycle, 0U);
}

TEST(Cycles, OneLateRemainderIsNoTrendYet) {
    EXPECT_EQ(judge_cycles(cycles({mib, 0, 0, 0, 0, 4096}), mib).trend, CycleTrend::unknown);
}

AccountEvent receipt(uint32_t account, uint64_t pages, uint32_t flags = 0) {
    AccountEvent event;
    event.kind = EventKind::receipt;
    event.account = account;
    event.flags = flags;
    event.left = {site(5, pages, stack({"__alloc_pages", "lab_probe [lab]"}))};
    return event;
}

struct DeviceVerdict : testing::Test {
    Ledger ledger = healthy_ledger();
    std::optional<Status> status = recording_status();
    std::vector<SiteView> sites;
    Account account;
    EventDump events;

    void SetUp() override {
        account.id = 1;
        account.identity = {"pci", "0000:00:04.0", "lab", "lab"};
        account.state = AccountState::unbound;
    }
    void leave(size_t times, uint64_t pages, uint32_t flags = 0) {
        for (size_t i = 0; i < times; ++i)
            events.events.push_back(receipt(account.id, pages, flags));
        account.lives = static_cast<uint32_t>(times);
        account.left = {
            site(5, times * pages, stack({"__alloc_pages", "lab_probe+0x1/0x2 [lab]"}))};
    }
    Verdict verdict() {
        const auto devices = find_cycles({1, 0, {account}}, events, 4096);
        return judge({.ledger = ledger, .status = status, .sites = sites, .devices = &devices});
    }
};

TEST_F(DeviceVerdict, ADeviceThatGoesOnLeavingMemoryLeaks) {
    leave(20, mib_pages);
    account.state = AccountState::bound;
    account.held = {site(5, mib_pages, stack({"__alloc_pages", "lab_probe [lab]"}))};
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
    EXPECT_THAT(
        verdict().reasons,
        Contains(AllOf(HasSubstr("Device 0000:00:04.0 (pci, driver lab) has left 20.0 MiB "
                                 "(20971520 bytes) behind in 20 unbinds, lately 1.0 MiB"),
                       HasSubstr("taken in lab_probe"), HasSubstr("it holds 1.0 MiB now"))));
}

TEST_F(DeviceVerdict, IfItsDriverHasOthersItMayLeak) {
    leave(5, mib_pages, GHOSTMEM_ACCOUNT_F_SHARED);
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("other devices")));
}

TEST_F(DeviceVerdict, ThatItHadOthersLongAgoDoesNotMatter) {
    leave(5, mib_pages);
    events.events.front().flags = GHOSTMEM_ACCOUNT_F_SHARED;
    EXPECT_EQ(verdict().level, VerdictLevel::leak);
}

TEST_F(DeviceVerdict, MuchLeftOnceMayBeALeak) {
    leave(1, mib_pages);
    EXPECT_EQ(verdict().level, VerdictLevel::warn);
    EXPECT_THAT(verdict().reasons, Contains(HasSubstr("more unbinds will tell")));
    account.state = AccountState::bound;
    EXPECT_EQ(verdict().level, VerdictLevel::ok) << "it has its driver again, which may use it";
}

TEST_F(DeviceVerdict, LittleLeftOnceAndACacheAreFine) {
    leave(1, mib_pages - 1);
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
    events.events = {receipt(1, mib_pages), receipt(1, 0), receipt(1, 0), receipt(1, 0)};
    account.left = {site(5, mib_pages, stack({"__alloc_pages", "lab_probe [lab]"}))};
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

TEST_F(DeviceVerdict, WhatUnloadedCodeLeftOnceIsTheModulesAlone) {
    leave(1, mib_pages);
    account.left = {site(5, mib_pages, stack({"__alloc_pages", "lab_probe [lab, unloaded]"}))};
    EXPECT_THAT(verdict().reasons, Not(Contains(HasSubstr("0000:00:04.0"))));
}

TEST_F(DeviceVerdict, SharedPropertyIsNotLeft) {
    account.left = {
        site(5, 10 * mib_pages,
             stack({"__alloc_pages", "allocate_slab", "__kmalloc", "lab_probe [lab]"}))};
    for (int i = 0; i < 5; ++i)
        events.events.push_back(receipt(1, 0));
    EXPECT_EQ(verdict().level, VerdictLevel::ok);
}

} // namespace
} // namespace ghostmem
