// Tests the accounts of devices and modules against sites that the test makes up: what a device
// holds, and what each of its lives has left.
#include "support/accounts.h"

namespace ghostmem::native {
namespace {

TEST_F(Accounts, WhatABoundDeviceHoldsIsWhatItsDriverTook) {
    truth.take(mod_at(0), 7, 5); // by the module, before any probe
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    truth.take(mod_at(0), 7, 3); // later, and at a site that held something
    truth.take(mod_at(0), 8, -40);
    truth.take(mod_at(1), 9, 1000); // another module

    const Reported it = report(1);
    EXPECT_EQ(it.state, u32{GHOSTMEM_ACCOUNT_BOUND});
    EXPECT_EQ(it.flags, 0U);
    EXPECT_EQ(it.held, (Shares{{7, 3}, {8, 60}}));
    EXPECT_EQ(it.left, Shares{});
    EXPECT_EQ(it.lives, 0U);
}

TEST_F(Accounts, AReceiptHasWhatIsLeftWhenItHasSettled) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    now += 5000;
    unbind(1, mod_at(0));
    truth.take(mod_at(0), 8, -50);
    unbound(1);
    EXPECT_NE(report(1).flags & GHOSTMEM_ACCOUNT_F_SETTLING, 0U);
    EXPECT_EQ(gm_accounts_settle(&a, now + 500), settle - 500);
    EXPECT_TRUE(receipts().empty());
    truth.take(mod_at(0), 8, -20); // freed late
    pass(settle);

    ASSERT_EQ(receipts().size(), 1U);
    const Told receipt = receipts().front();
    EXPECT_EQ(receipt.left, (Left{{8, 30}}));
    EXPECT_EQ(receipt.flags, 0U);
    EXPECT_EQ(receipt.life_ms, 5000U);
    EXPECT_EQ(receipt.settled_ms, settle);
    EXPECT_EQ(report(1).left, (Shares{{8, 30}}));
    EXPECT_EQ(report(1).lives, 1U);
    EXPECT_EQ(gm_accounts_settle(&a, now), 0U);
}

TEST_F(Accounts, TwentyRebindsAreApartFromWhatTheDeviceHolds) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, mib);
    bound(1, mod_at(0));
    for (int i = 0; i < 20; ++i) {
        unbind(1, mod_at(0));
        unbound(1);
        bind(1, mod_at(0)); // long before the first life has settled
        truth.take(mod_at(0), 8, mib);
        bound(1, mod_at(0));
        now += 10;
    }

    EXPECT_EQ(report(1).held, (Shares{{8, mib}}));
    EXPECT_EQ(report(1).left, (Shares{{8, 20 * mib}}));
    EXPECT_EQ(report(1).lives, 20U);
    ASSERT_EQ(receipts().size(), 20U);
    for (const Told& receipt : receipts()) {
        EXPECT_EQ(receipt.left, (Left{{8, mib}}));
        EXPECT_EQ(receipt.flags, u32{GHOSTMEM_ACCOUNT_F_CUT_SHORT});
    }
}

TEST_F(Accounts, WhatALaterLifeGivesBackIsTakenOff) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 50);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, -50); // the first life's, late
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    EXPECT_EQ(report(1).left, Shares{});
    EXPECT_EQ(report(1).lives, 2U);
}

TEST_F(Accounts, WhatIsFreedAfterTheReceiptIsNotLeft) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 50);
    truth.take(mod_at(0), 9, 5);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    truth.take(mod_at(0), 8, -30);
    EXPECT_EQ(report(1).left, (Shares{{8, 20}, {9, 5}}));
}

TEST_F(Accounts, AnUnloadedModuleHasAReceiptLikeADevice) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    truth.take(mod_at(0), 9, 10); // by its exit function
    unload(mod_at(0), "lab");
    EXPECT_TRUE(receipts().empty());
    truth.live[8] -= 30; // the sites outlive the text
    pass(settle);

    const std::vector<Reported> modules = reports(true);
    ASSERT_EQ(modules.size(), 1U);
    EXPECT_EQ(modules.front().name, "lab");
    EXPECT_EQ(modules.front().state, u32{GHOSTMEM_ACCOUNT_UNLOADED});
    EXPECT_EQ(modules.front().left, (Shares{{8, 70}, {9, 10}}));
    EXPECT_EQ(report(1).left, (Shares{{8, 70}, {9, 10}}));
    EXPECT_EQ(receipts().size(), 2U);

    // Loaded again, at the same address as it happens, with other sites.
    truth.take(mod_at(0), 20, 5);
    unload(mod_at(0), "lab");
    pass(settle);
    EXPECT_EQ(reports(true).front().left, (Shares{{8, 70}, {9, 10}, {20, 5}}));
    EXPECT_EQ(reports(true).front().lives, 2U);
    EXPECT_EQ(receipts().back().left, (Left{{20, 5}}));
}

TEST_F(Accounts, AModuleThatLeavesNothingHasNoAccount) {
    unload(mod_at(0), "clean");
    pass(settle);
    EXPECT_TRUE(reports(true).empty());
    EXPECT_TRUE(events().empty());
}

TEST_F(Accounts, ADeviceThatWasThereBeforeHasWhatIsRecorded) {
    truth.take(mod_at(0), 8, 100);
    gm_subject it = subject(1, mod_at(0));
    gm_accounts_present(&a, &it, now);
    gm_accounts_present(&a, &it, now);
    EXPECT_EQ(report(1).flags, u32{GHOSTMEM_ACCOUNT_F_LATE});
    EXPECT_EQ(report(1).held, (Shares{{8, 100}}));
    EXPECT_TRUE(events().empty());

    // If there are several, nobody knows whose it is.
    it = subject(2, mod_at(0));
    gm_accounts_present(&a, &it, now);
    EXPECT_EQ(report(2).held, Shares{});
    EXPECT_EQ(report(2).flags, u32{GHOSTMEM_ACCOUNT_F_LATE} | u32{GHOSTMEM_ACCOUNT_F_SHARED});
    unbind(2, mod_at(0));
    unbound(2);
    pass(settle);
    EXPECT_EQ(receipts().back().left, Left{});
}

TEST_F(Accounts, ForgottenRecordsAreForgottenHere) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 50);
    bound(1, mod_at(0));

    truth.generation++;
    truth.text.clear();
    truth.live.clear();
    truth.take(mod_at(0), 2, 9); // other sites now, with ids that were others' before
    EXPECT_EQ(report(1).held, (Shares{{2, 9}}));
    EXPECT_EQ(report(1).left, Shares{});
    EXPECT_EQ(report(1).lives, 0U);
    EXPECT_EQ(report(1).flags, u32{GHOSTMEM_ACCOUNT_F_LATE});
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_EQ(receipts().front().left, Left{});
    EXPECT_EQ(receipts().front().flags, u32{GHOSTMEM_ACCOUNT_F_FORGOTTEN});

    // A life that begins in the new generation is not late.
    truth.generation++;
    bind(2, mod_at(1));
    bound(2, mod_at(1));
    EXPECT_EQ(report(2).flags, 0U);
}

TEST_F(Accounts, WhileNothingIsRecordedNothingIsKnown) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    truth.generation = 0;
    truth.text.clear();
    EXPECT_EQ(report(1).held, Shares{});
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    EXPECT_EQ(receipts().back().flags,
              u32{GHOSTMEM_ACCOUNT_F_FORGOTTEN} | u32{GHOSTMEM_ACCOUNT_F_LATE});
    bind(1, mod_at(0));
    bound(1, mod_at(0));
    EXPECT_EQ(report(1).flags, 0U);
    truth.generation = 5;
    EXPECT_EQ(report(1).flags, u32{GHOSTMEM_ACCOUNT_F_LATE});
}

TEST_F(Accounts, TheSamePlaceIsTheSameAccount) {
    bind(1, mod_at(0));
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    removed(1);
    const u32 id = report(1).id;
    gm_subject it = subject(1, mod_at(0));
    it.key = device_at(50);
    gm_accounts_bind(&a, &it, now);
    gm_accounts_bound(&a, &it, now);
    EXPECT_EQ(reports().size(), 1U);
    EXPECT_EQ(report(1).id, id);
    EXPECT_EQ(report(1).state, u32{GHOSTMEM_ACCOUNT_BOUND});
}

// Every allocation fails once: nothing is lost, leaked or used after it was freed.

} // namespace
} // namespace ghostmem::native
