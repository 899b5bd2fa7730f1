// What accounts do at their limits: room, memory, time.
#include "support/accounts.h"

namespace ghostmem::native {
namespace {

TEST_F(Accounts, OnlyAccountsOfWhatHasGoneAreReplaced) {
    std::vector<char> keys(2 * GHOSTMEM_ACCOUNTS_MAX);
    const auto enter = [&](unsigned n) {
        gm_subject it = subject(1, mod_at(0));
        it.key = &keys[n];
        std::strcpy(it.identity.name, std::to_string(n).c_str());
        gm_accounts_bind(&a, &it, now);
        gm_accounts_bound(&a, &it, now);
        now++;
    };
    for (unsigned i = 0; i < GHOSTMEM_ACCOUNTS_MAX; ++i)
        enter(i);
    enter(GHOSTMEM_ACCOUNTS_MAX);
    EXPECT_EQ(a.unknown, 1U);
    for (unsigned n : {30, 20}) {
        gm_accounts_unbound(&a, &keys[n], now);
        gm_accounts_removed(&a, &keys[n], now);
        now++;
    }
    enter(GHOSTMEM_ACCOUNTS_MAX);
    EXPECT_EQ(a.unknown, 2U) << "an account whose receipt is to come was replaced";
    pass(settle);
    enter(GHOSTMEM_ACCOUNTS_MAX);
    EXPECT_EQ(a.unknown, 2U);
    std::vector<std::string> names;
    for (const Reported& one : reports())
        names.push_back(one.name);
    EXPECT_EQ(std::ranges::count(names, "30"), 0);
    EXPECT_EQ(std::ranges::count(names, "20"), 1);
    EXPECT_EQ(names.size(), size_t{GHOSTMEM_ACCOUNTS_MAX});
}

TEST_F(Accounts, EventsAreNumberedAndTheOldestAreLost) {
    const unsigned lives = GHOSTMEM_EVENTS_MAX; // with two events and a receipt each
    for (unsigned i = 0; i < lives; ++i) {
        bind(1, mod_at(0));
        bound(1, mod_at(0));
        unbind(1, mod_at(0));
        unbound(1);
        pass(settle);
    }
    const std::vector<Told> all = events();
    ASSERT_EQ(all.size(), size_t{GHOSTMEM_EVENTS_MAX});
    EXPECT_EQ(all.back().seq, 3 * lives);
    for (size_t i = 1; i < all.size(); ++i)
        ASSERT_EQ(all[i].seq, all[i - 1].seq + 1);
    EXPECT_EQ(events(3 * lives - 2).size(), 2U);
    EXPECT_TRUE(events(3 * lives).empty());
    // Somebody who has followed an earlier load of the module.
    EXPECT_EQ(events(3 * lives + 1).size(), size_t{GHOSTMEM_EVENTS_MAX});
}

TEST_F(Accounts, AReceiptHasTheLargestShares) {
    bind(1, mod_at(0));
    for (u32 site = 10; site < 10 + 3 * GHOSTMEM_EVENT_SHARES_MAX; ++site)
        truth.take(mod_at(0), site, site);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    const Told receipt = receipts().back();
    ASSERT_EQ(receipt.left.size(), size_t{GHOSTMEM_EVENT_SHARES_MAX});
    const u32 last = 10 + 3 * GHOSTMEM_EVENT_SHARES_MAX - 1;
    EXPECT_EQ(receipt.left.front(), (std::pair<u32, s64>{last, last}));
    EXPECT_EQ(receipt.flags, u32{GHOSTMEM_ACCOUNT_F_CUT});
    EXPECT_EQ(report(1).left.size(), 3 * GHOSTMEM_EVENT_SHARES_MAX);
}

TEST_F(Accounts, TooManySitesAreSaid) {
    bind(1, mod_at(0));
    for (u32 site = 10; site < 20 + GM_SHARES_MAX; ++site)
        truth.take(mod_at(0), site, 1);
    bound(1, mod_at(0));
    EXPECT_EQ(report(1).held.size(), size_t{GM_SHARES_MAX});
    EXPECT_NE(report(1).flags & GHOSTMEM_ACCOUNT_F_CUT, 0U);
}

TEST_F(Accounts, AnyAllocationMayFail) {
    for (unsigned nth = 1;; ++nth) {
        shim_fail(nth);
        bind(1, mod_at(0));
        truth.take(mod_at(0), 8, 100);
        bound(1, mod_at(0));
        bind(2, mod_at(0));
        truth.take(mod_at(0), 9, 100);
        bound(2, mod_at(0));
        unbind(1, mod_at(0));
        unbound(1);
        removed(1);
        unbind(2, mod_at(0));
        unbound(2);
        unload(mod_at(0), "lab");
        pass(settle);
        reports();
        reports(true);
        events();
        if (shim_attempts() < nth)
            break;
        ASSERT_LT(nth, 1000U);
    }
}

// Devices that came and went without a trace do not take the place of one that leaked.
TEST_F(Accounts, AnAccountWithSomethingLeftIsReplacedLast) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    removed(1);
    pass(settle);
    std::vector<char> keys(GHOSTMEM_ACCOUNTS_MAX + 10);
    for (size_t n = 0; n < keys.size(); ++n) {
        gm_subject it = subject(2, mod_at(1));
        it.key = &keys[n];
        std::strcpy(it.identity.name, std::to_string(n).c_str());
        gm_accounts_bind(&a, &it, now);
        gm_accounts_bound(&a, &it, now);
        gm_accounts_unbind(&a, &it, now);
        gm_accounts_unbound(&a, it.key, now);
        gm_accounts_removed(&a, it.key, now);
        pass(settle);
    }
    EXPECT_EQ(report(1).left, (Shares{{8, 100}}));
    EXPECT_EQ(a.unknown, 0U);
}

// Nothing is known of devices with built-in drivers: they leave room for others.
TEST_F(Accounts, BuiltInDriversTakeHalfOfTheTable) {
    std::vector<char> keys(GHOSTMEM_ACCOUNTS_MAX);
    for (size_t n = 0; n < keys.size(); ++n) {
        gm_subject it = subject(2, nullptr);
        it.key = &keys[n];
        std::strcpy(it.identity.name, std::to_string(n).c_str());
        gm_accounts_present(&a, &it, now);
    }
    EXPECT_EQ(reports().size(), size_t{GHOSTMEM_ACCOUNTS_MAX / 2});
    EXPECT_EQ(a.unknown, 0U);
    bind(1, mod_at(0));
    bound(1, mod_at(0));
    EXPECT_EQ(report(1).state, u32{GHOSTMEM_ACCOUNT_BOUND});
}

// Sites beyond the end of a list that was cut are in no sum, or all of their pages would be.
TEST_F(Accounts, WhatWasCutIsNotCounted) {
    for (u32 site = 10; site < 10 + 2 * GM_SHARES_MAX; ++site)
        truth.take(mod_at(0), site, 5);
    bind(1, mod_at(0));
    for (u32 site = 10; site < 10 + GM_SHARES_MAX; ++site)
        truth.take(mod_at(0), site, site % 2 == 0 ? -5 : 1);
    bound(1, mod_at(0));
    const Shares held = report(1).held;
    ASSERT_EQ(held.size(), size_t{GM_SHARES_MAX / 2});
    for (const auto& [site, pages] : held)
        ASSERT_EQ(pages, 1) << site;
    EXPECT_NE(report(1).flags & GHOSTMEM_ACCOUNT_F_CUT, 0U);
}

// Without memory for its life, the address of a module that has gone is not kept.
TEST_F(Accounts, AModuleWithoutALifeLeavesNoAddress) {
    for (unsigned nth = 1;; ++nth) {
        truth.take(mod_at(0), 8, 100);
        shim_fail(nth);
        unload(mod_at(0), "lab");
        const bool all = shim_attempts() < nth;
        shim_fail(0);
        for (const gm_account* account : a.account)
            ASSERT_TRUE(account == nullptr || account->key == nullptr) << nth;
        if (all)
            break;
    }
}

// What waits for I/O may wait for the device whose removal waits for the lock.
TEST_F(Accounts, NothingThatIsAllocatedWaitsForIo) {
    shim_fail(0);
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    report(1);
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    unload(mod_at(0), "lab");
    pass(settle);
    reports(true);
    events();
    EXPECT_GT(shim_attempts(), 10U);
    EXPECT_EQ(shim_io_attempts(), 0U);
}

TEST_F(Accounts, WhoReadTheClockEarlyDoesNotTurnItBack) {
    pass_through(1, mod_at(0));
    const gm_subject it = subject(2, mod_at(0));
    gm_accounts_bind(&a, &it, now - 5);
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_EQ(receipts().front().settled_ms, 0U);
}

// Once no notifier tells of modules any more, their text may go at any time.
TEST_F(Accounts, NoModuleIsLookedAtAfterTheEnd) {
    pass_through(1, mod_at(0));
    gm_accounts_stop(&a);
    truth.walks = 0;
    EXPECT_EQ(gm_accounts_settle(&a, now + 2 * settle), 0U);
    EXPECT_EQ(truth.walks, 0U);
    EXPECT_TRUE(receipts().empty());
}

} // namespace
} // namespace ghostmem::native
