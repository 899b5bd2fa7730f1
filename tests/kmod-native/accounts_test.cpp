// Tests the accounts of devices and modules against sites that the test makes up: what a device
// holds, and what each of its lives has left.
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/kmod.h"

namespace ghostmem::native {
namespace {

constexpr u64 settle = GHOSTMEM_SETTLE_MS;
constexpr u32 mib = 256; // pages

// Modules, and what their sites hold: the truth. The text of a module that is not in `text` has
// gone.
struct World {
    u32 generation = 1;
    std::map<const module*, std::map<u32, s64>> text;
    std::map<u32, s64> live;

    void take(const module* mod, u32 site, s64 pages) {
        text[mod][site] += pages;
        live[site] += pages;
    }
};

World* world;

u32 of_module(const module* mod, gm_shares* shares) {
    for (const auto& [site, pages] : world->text[mod]) {
        if (world->live[site] != 0)
            gm_shares_append(shares, site, world->live[site]);
    }
    return world->generation;
}

u32 again(gm_shares* shares) {
    for (u32 i = 0; i < shares->nr; ++i)
        shares->share[i].pages = world->live[shares->share[i].site];
    return world->generation;
}

const gm_account_sites sites{of_module, again};

struct Reported {
    u32 id = 0;
    std::string name;
    u32 state = 0;
    u32 flags = 0;
    u32 lives = 0;
    std::map<u32, s64> held;
    std::map<u32, s64> left;
};

struct Told {
    u64 seq = 0;
    u32 kind = 0;
    u32 flags = 0;
    std::string name;
    u64 life_ms = 0;
    u64 settled_ms = 0;
    std::vector<std::pair<u32, s64>> left;
};

std::map<u32, s64> map_of(const gm_shares& shares) {
    std::map<u32, s64> map;
    for (u32 i = 0; i < shares.nr; ++i)
        map[shares.share[i].site] = shares.share[i].pages;
    return map;
}

class Accounts : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        world = &truth;
        gm_accounts_init(&a, &sites);
    }
    void TearDown() override {
        shim_fail(0);
        gm_accounts_destroy(&a);
        EXPECT_EQ(shim_memory().blocks, 0);
    }

    static const module* mod_at(int n) { return reinterpret_cast<const module*>(&addresses[n]); }
    static const void* device_at(int n) { return &addresses[100 + n]; }

    gm_subject subject(int device, const module* mod) const {
        gm_subject subject{};
        subject.key = device_at(device);
        subject.mod = mod;
        std::strcpy(subject.identity.bus, "pci");
        std::strcpy(subject.identity.name, ("0000:00:0" + std::to_string(device) + ".0").c_str());
        std::strcpy(subject.identity.driver, "driver");
        return subject;
    }
    void bind(int device, const module* mod) {
        const gm_subject it = subject(device, mod);
        gm_accounts_bind(&a, &it, now);
    }
    void bound(int device, const module* mod) {
        const gm_subject it = subject(device, mod);
        gm_accounts_bound(&a, &it, now);
    }
    void unbind(int device, const module* mod) {
        const gm_subject it = subject(device, mod);
        gm_accounts_unbind(&a, &it, now);
    }
    void unbound(int device) { gm_accounts_unbound(&a, device_at(device), now); }
    void removed(int device) { gm_accounts_removed(&a, device_at(device), now); }
    void unload(const module* mod, const char* name) {
        gm_subject it{};
        it.key = it.mod = mod;
        std::strcpy(it.identity.name, name);
        std::strcpy(it.identity.module, name);
        gm_accounts_unload(&a, &it, now);
        truth.text.erase(mod);
    }
    void pass(u64 ms) {
        now += ms;
        gm_accounts_settle(&a, now);
    }

    std::vector<Reported> reports(bool modules = false) {
        std::vector<Reported> all;
        gm_account_report report{};
        for (int at = 0; (at = gm_accounts_read(&a, at, modules, &report)) >= 0; ++at) {
            all.push_back({report.id, report.identity.name, report.state, report.flags,
                           report.lives, map_of(report.held), map_of(report.left)});
            gm_account_report_clear(&report);
        }
        return all;
    }
    Reported report(int device) {
        const gm_subject it = subject(device, nullptr);
        for (const Reported& one : reports()) {
            if (one.name == it.identity.name)
                return one;
        }
        ADD_FAILURE() << "no account of " << it.identity.name;
        return {};
    }
    std::vector<Told> events(u64 since = 0) {
        std::vector<Told> all;
        gm_account_event event{};
        while (gm_accounts_event(&a, since, &event)) {
            Told told{event.seq,     event.kind,       event.flags, event.identity.name,
                      event.life_ms, event.settled_ms, {}};
            for (u32 i = 0; i < event.left.nr; ++i)
                told.left.emplace_back(event.left.share[i].site, event.left.share[i].pages);
            gm_shares_clear(&event.left);
            since = event.seq;
            all.push_back(told);
        }
        return all;
    }
    std::vector<Told> receipts() {
        std::vector<Told> found;
        for (const Told& told : events()) {
            if (told.kind == GHOSTMEM_EVENT_RECEIPT)
                found.push_back(told);
        }
        return found;
    }

    static char addresses[200];
    gm_accounts a{};
    World truth;
    u64 now = 100'000;
};

char Accounts::addresses[200];

using Shares = std::map<u32, s64>;
using Left = std::vector<std::pair<u32, s64>>;

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
    // Nothing of the old site 8 is subtracted from the new one.
    EXPECT_EQ(receipts().back().left, (Left{{8, 40}}));
    EXPECT_EQ(receipts().back().flags, u32{GHOSTMEM_ACCOUNT_F_LATE});
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

TEST_F(Accounts, OnlyAccountsOfWhatHasGoneAreReplaced) {
    std::vector<char> keys(2 * GHOSTMEM_ACCOUNTS_MAX);
    const auto enter = [&](unsigned n) {
        gm_subject it = subject(1, nullptr);
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

// Every allocation fails once: nothing is lost, leaked or used after it was freed.
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

} // namespace
} // namespace ghostmem::native
