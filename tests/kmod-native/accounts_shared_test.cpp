// Accounts of devices whose driver has several, of probes that fail, and of what changes meanwhile.
#include "support/accounts.h"

namespace ghostmem::native {
namespace {

TEST_F(Accounts, ASecondDeviceThatStaysIsNotBlamed) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    bind(2, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(2, mod_at(0));
    EXPECT_EQ(report(1).held, (Shares{{8, 100}}));
    EXPECT_EQ(report(2).held, (Shares{{8, 100}}));
    EXPECT_EQ(report(1).flags, u32{GHOSTMEM_ACCOUNT_F_SHARED});
    EXPECT_EQ(report(2).flags, u32{GHOSTMEM_ACCOUNT_F_SHARED});

    unbind(2, mod_at(0));
    truth.take(mod_at(0), 8, -60);
    unbound(2);
    removed(2);
    pass(settle);
    EXPECT_EQ(report(2).left, (Shares{{8, 40}}));
    EXPECT_EQ(report(2).state, u32{GHOSTMEM_ACCOUNT_REMOVED});
    EXPECT_EQ(report(1).left, Shares{});
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_EQ(receipts().front().flags, u32{GHOSTMEM_ACCOUNT_F_SHARED});

    // What the first one gives back meanwhile makes the second one's share no negative one.
    bind(2, mod_at(0));
    bound(2, mod_at(0));
    unbind(2, mod_at(0));
    truth.take(mod_at(0), 8, -100);
    unbound(2);
    pass(settle);
    EXPECT_EQ(receipts().back().left, Left{});
}

TEST_F(Accounts, DevicesOfOtherModulesAreNotShared) {
    bind(1, mod_at(0));
    bound(1, mod_at(0));
    bind(2, mod_at(1));
    bound(2, mod_at(1));
    bind(3, nullptr);
    bound(3, nullptr);
    bind(4, nullptr);
    bound(4, nullptr);
    EXPECT_EQ(report(1).flags, 0U);
    EXPECT_EQ(report(2).flags, 0U);
    EXPECT_EQ(report(3).flags, u32{GHOSTMEM_ACCOUNT_F_BUILTIN});
    EXPECT_EQ(report(4).flags, u32{GHOSTMEM_ACCOUNT_F_BUILTIN});
    EXPECT_EQ(report(4).held, Shares{});
}

TEST_F(Accounts, AFailedProbeIsToldIfItLeftSomething) {
    for (int i = 0; i < 3; ++i) {
        bind(1, mod_at(0));
        gm_accounts_not_bound(&a, device_at(1), now);
        pass(settle);
    }
    EXPECT_TRUE(events().empty());
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 4);
    gm_accounts_not_bound(&a, device_at(1), now);
    pass(settle);
    ASSERT_EQ(events().size(), 1U);
    EXPECT_EQ(events().front().flags, u32{GHOSTMEM_ACCOUNT_F_FAILED});
    EXPECT_EQ(events().front().left, (Left{{8, 4}}));
    EXPECT_EQ(report(1).state, u32{GHOSTMEM_ACCOUNT_UNBOUND});
}

TEST_F(Accounts, ForgottenWhileALifeSettles) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    truth.generation++;
    truth.text.clear();
    truth.live.clear();
    truth.take(mod_at(0), 8, 40);
    pass(settle);
    // What it left among the new sites cannot be told; nothing would be a lie.
    EXPECT_EQ(receipts().back().left, Left{});
    EXPECT_EQ(receipts().back().flags,
              u32{GHOSTMEM_ACCOUNT_F_LATE} | u32{GHOSTMEM_ACCOUNT_F_FORGOTTEN});
    EXPECT_EQ(report(1).left, Shares{});
}

TEST_F(Accounts, ForgottenWhileAModuleSettles) {
    truth.take(mod_at(0), 8, 100);
    unload(mod_at(0), "lab");
    truth.generation++;
    truth.live.clear();
    pass(settle);
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_NE(receipts().back().flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN, 0U);
}

TEST_F(Accounts, AReceiptNamesTheDriverThatLeft) {
    bind(1, mod_at(0));
    truth.take(mod_at(0), 8, 100);
    bound(1, mod_at(0));
    unbind(1, mod_at(0));
    unbound(1);
    now += 1;
    gm_subject next = subject(1, mod_at(1));
    std::strcpy(next.identity.driver, "next");
    gm_accounts_bind(&a, &next, now);
    gm_accounts_bound(&a, &next, now);
    pass(settle);
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_EQ(receipts().front().driver, "driver");
    EXPECT_EQ(receipts().front().left, (Left{{8, 100}}));
}

TEST_F(Accounts, ADeviceThatIsProbedSaysSo) {
    bind(1, mod_at(0));
    EXPECT_EQ(report(1).state, u32{GHOSTMEM_ACCOUNT_PROBING});
    bound(1, mod_at(0));
    EXPECT_EQ(report(1).state, u32{GHOSTMEM_ACCOUNT_BOUND});
}

TEST_F(Accounts, AProbeThatFailedIsForgotten) {
    bind(1, mod_at(0));
    not_bound(1);
    EXPECT_EQ(reports().size(), 1U) << "its receipt is to come";
    pass(settle);
    EXPECT_TRUE(reports().empty());
}

struct SharedAccounts : Accounts {
    void SetUp() override {
        Accounts::SetUp();
        bind(1, mod_at(0));
        truth.take(mod_at(0), 8, 100);
        bound(1, mod_at(0));
    }
    void share() {
        bind(2, mod_at(0));
        truth.take(mod_at(0), 9, 100);
        bound(2, mod_at(0));
    }
};

// A firmware image, for example, that is freed before the device is unbound.
TEST_F(SharedAccounts, WhatWasFreedDuringTheLifeIsNotLeft) {
    share();
    truth.take(mod_at(0), 9, -100);
    EXPECT_EQ(report(2).held, Shares{});
    unbind(2, mod_at(0));
    unbound(2);
    pass(settle);
    EXPECT_EQ(receipts().back().left, Left{});
    truth.take(mod_at(0), 9, 70); // by the first device
    EXPECT_EQ(report(2).left, Shares{});
}

TEST_F(SharedAccounts, WhatOthersTakeWhileItSettlesIsNotLeft) {
    share();
    unbind(2, mod_at(0));
    truth.take(mod_at(0), 9, -100);
    unbound(2);
    truth.take(mod_at(0), 7, 50);
    truth.take(mod_at(0), 8, 50);
    truth.take(mod_at(0), 9, 30);
    pass(settle);
    EXPECT_LE(receipts().back().left, (Left{{9, 30}}));
    EXPECT_EQ(report(2).left.count(7), 0U);
    EXPECT_EQ(report(2).left.count(8), 0U);
}

TEST_F(SharedAccounts, AProbeThatFailsSharesNothing) {
    bind(2, mod_at(0));
    truth.take(mod_at(0), 9, 6);
    not_bound(2);
    truth.take(mod_at(0), 9, -2); // as devres does, after the notifier
    truth.take(mod_at(0), 8, 50); // by the first device, meanwhile
    pass(settle);
    EXPECT_EQ(report(1).flags, 0U);
    EXPECT_EQ(report(1).held, (Shares{{8, 150}})) << "what the other has left is not its own";
    EXPECT_EQ(receipts().back().left, (Left{{9, 4}}));
    EXPECT_EQ(receipts().back().flags,
              u32{GHOSTMEM_ACCOUNT_F_FAILED} | u32{GHOSTMEM_ACCOUNT_F_SHARED});
}

TEST_F(SharedAccounts, OnlyProbesLookAtAllSites) {
    share();
    truth.walks = 0;
    report(1);
    report(2);
    unbind(2, mod_at(0));
    unbound(2);
    unbind(1, mod_at(0));
    unbound(1);
    pass(settle);
    EXPECT_EQ(receipts().size(), 2U);
    // The one that was left alone is told from the other by what its probe took as well.
    EXPECT_EQ(truth.walks, 0U);
}

// What was left, and was freed late, is not left again because the next life allocates there.
TEST_F(Accounts, WhatIsFreedAfterTheReceiptStaysFreed) {
    for (int i = 0; i < 3; ++i) {
        bind(1, mod_at(0));
        truth.take(mod_at(0), 8, 100);
        bound(1, mod_at(0));
        EXPECT_EQ(report(1).left, Shares{});
        unbind(1, mod_at(0));
        unbound(1);
        pass(settle);
        EXPECT_EQ(report(1).left, (Shares{{8, 100}}));
        truth.take(mod_at(0), 8, -100);
    }
}

TEST_F(Accounts, AnEventTellsTheGenerationOfItsSites) {
    pass_through(1, mod_at(0));
    gm_account_event event{};
    u32 generation = 0;
    ASSERT_TRUE(gm_accounts_event(&a, 0, &event, &generation));
    EXPECT_EQ(generation, truth.generation);
    truth.generation++;
    ASSERT_TRUE(gm_accounts_event(&a, 1, &event, &generation));
    EXPECT_EQ(generation, truth.generation);
}

} // namespace
} // namespace ghostmem::native
