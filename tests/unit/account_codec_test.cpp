// Decodes accounts and events, and makes sites of their shares.
#include <filesystem>

#include <gtest/gtest.h>

#include "lib/attribution/attributed_source.h"
#include "lib/base/error.h"
#include "support/captures.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

Attrs share(uint32_t site, uint64_t left) {
    return Attrs().u32(GHOSTMEM_SHARE_A_SITE, site).u64(GHOSTMEM_SHARE_A_LEFT_PAGES, left);
}

std::string begun(int command) {
    return operation(command,
                     top_attrs().nest(GHOSTMEM_A_DUMP, Attrs()
                                                           .u32(GHOSTMEM_DUMP_A_GENERATION, 3)
                                                           .u64(GHOSTMEM_DUMP_A_CLOCK_S, 5)
                                                           .u64(GHOSTMEM_DUMP_A_UNACCOUNTED, 2)));
}

Attrs account_attrs() {
    return Attrs()
        .u32(GHOSTMEM_ACCOUNT_A_ID, 9)
        .string(GHOSTMEM_ACCOUNT_A_BUS, "pci")
        .string(GHOSTMEM_ACCOUNT_A_NAME, "0000:00:04.0")
        .string(GHOSTMEM_ACCOUNT_A_DRIVER, "lab")
        .string(GHOSTMEM_ACCOUNT_A_MODULE, "gmlab")
        .u32(GHOSTMEM_ACCOUNT_A_STATE, GHOSTMEM_ACCOUNT_REMOVED)
        .u32(GHOSTMEM_ACCOUNT_A_FLAGS, GHOSTMEM_ACCOUNT_F_SHARED)
        .u64(GHOSTMEM_ACCOUNT_A_SINCE_MS, 1500)
        .u32(GHOSTMEM_ACCOUNT_A_LIVES, 4)
        .nest(GHOSTMEM_ACCOUNT_A_SHARE, share(5, 6).u64(GHOSTMEM_SHARE_A_HELD_PAGES, 7));
}

std::string account_message(const Attrs& account, int command = GHOSTMEM_CMD_DEVICE_GET) {
    return operation(command, top_attrs().nest(GHOSTMEM_A_ACCOUNT, account));
}

Attrs event_attrs(uint32_t kind) {
    return Attrs()
        .u64(GHOSTMEM_EVENT_A_SEQ, 12)
        .u32(GHOSTMEM_EVENT_A_KIND, kind)
        .u64(GHOSTMEM_EVENT_A_AGE_MS, 2500)
        .u32(GHOSTMEM_EVENT_A_ACCOUNT, 9)
        .string(GHOSTMEM_EVENT_A_NAME, "gmlab")
        .string(GHOSTMEM_EVENT_A_MODULE, "gmlab")
        .u32(GHOSTMEM_EVENT_A_FLAGS, 0);
}

std::string event_message(const Attrs& event) {
    return operation(GHOSTMEM_CMD_EVENT_GET, top_attrs().nest(GHOSTMEM_A_EVENT, event));
}

TEST(AccountCodec, DecodesAccountsAndTheirFurtherShares) {
    const Reply reply = decode_all(
        begun(GHOSTMEM_CMD_DEVICE_GET) + account_message(account_attrs()) +
        account_message(
            Attrs().u32(GHOSTMEM_ACCOUNT_A_ID, 9).nest(GHOSTMEM_ACCOUNT_A_SHARE, share(8, 1))) +
        done_message(0));
    ASSERT_TRUE(reply.accounts);
    EXPECT_EQ(reply.accounts->generation, 3U);
    EXPECT_EQ(reply.accounts->unaccounted, 2U);
    ASSERT_EQ(reply.accounts->accounts.size(), 1U);
    const Account& account = reply.accounts->accounts[0];
    EXPECT_EQ(account.id, 9U);
    EXPECT_EQ(describe(account.identity), "pci 0000:00:04.0");
    EXPECT_EQ(account.identity.driver, "lab");
    EXPECT_EQ(account.identity.module, "gmlab");
    EXPECT_EQ(account.state, AccountState::removed);
    EXPECT_EQ(account.flags, GHOSTMEM_ACCOUNT_F_SHARED);
    EXPECT_EQ(account.since_ms, 1500U);
    EXPECT_EQ(account.lives, 4U);
    ASSERT_EQ(account.shares.size(), 2U);
    EXPECT_EQ(account.shares[0].site, 5U);
    EXPECT_EQ(account.shares[0].held_pages, 7U);
    EXPECT_EQ(account.shares[0].left_pages, 6U);
    EXPECT_EQ(account.shares[1].site, 8U);
}

TEST(AccountCodec, ADumpMayBeEmpty) {
    EXPECT_TRUE(decode_all(begun(GHOSTMEM_CMD_MODULE_GET)).accounts->accounts.empty());
    EXPECT_TRUE(decode_all(begun(GHOSTMEM_CMD_EVENT_GET)).events->events.empty());
}

TEST(AccountCodec, DecodesEvents) {
    const Reply reply = decode_all(begun(GHOSTMEM_CMD_EVENT_GET) +
                                   event_message(event_attrs(GHOSTMEM_EVENT_BOUND)) +
                                   event_message(event_attrs(GHOSTMEM_EVENT_RECEIPT)
                                                     .u64(GHOSTMEM_EVENT_A_LIFE_MS, 70)
                                                     .u64(GHOSTMEM_EVENT_A_SETTLED_MS, 2000)
                                                     .nest(GHOSTMEM_EVENT_A_SHARE, share(5, 6))));
    ASSERT_TRUE(reply.events);
    EXPECT_EQ(reply.events->generation, 3U);
    ASSERT_EQ(reply.events->events.size(), 2U);
    EXPECT_EQ(reply.events->events[0].kind, EventKind::bound);
    EXPECT_EQ(reply.events->events[0].life_ms, std::nullopt);
    const AccountEvent& receipt = reply.events->events[1];
    EXPECT_EQ(receipt.seq, 12U);
    EXPECT_EQ(receipt.age_ms, 2500U);
    EXPECT_EQ(receipt.account, 9U);
    EXPECT_EQ(describe(receipt.identity), "module gmlab");
    EXPECT_EQ(receipt.life_ms, 70U);
    EXPECT_EQ(receipt.settled_ms, 2000U);
    ASSERT_EQ(receipt.shares.size(), 1U);
    EXPECT_EQ(receipt.shares[0].left_pages, 6U);
}

TEST(AccountCodec, GarbledMessagesAreRefused) {
    const std::string devices = begun(GHOSTMEM_CMD_DEVICE_GET);
    const std::string events = begun(GHOSTMEM_CMD_EVENT_GET);
    const Attrs more = Attrs().u32(GHOSTMEM_ACCOUNT_A_ID, 8);
    for (const std::string& bytes :
         {account_message(account_attrs()), event_message(event_attrs(GHOSTMEM_EVENT_BOUND)),
          devices + account_message(more),
          devices + account_message(account_attrs()) + account_message(more),
          devices + account_message(account_attrs().u32(GHOSTMEM_ACCOUNT_A_STATE,
                                                        __GHOSTMEM_ACCOUNT_STATE_MAX)),
          devices + account_message(account_attrs().nest(GHOSTMEM_ACCOUNT_A_SHARE,
                                                         Attrs().u32(GHOSTMEM_SHARE_A_SITE, 1))),
          events + event_message(event_attrs(__GHOSTMEM_EVENT_KIND_MAX))})
        EXPECT_EQ(kind_of(bytes), ErrorKind::protocol);
}

struct AccountSitesTest : testing::Test {
    FakeClock clock;
    FakeKernel module{clock};
    AttributedSource source{module, "/nowhere"};

    void SetUp() override {
        module.held = {site(5, 40, stack({"__alloc_pages", "lab_probe [lab]"})),
                       site(6, 0, stack({"__alloc_pages", "lab_open [lab]"}))};
        Account account;
        account.shares = {{5, 10, 30}, {6, 0, 4}, {77, 1, 1}};
        module.device_accounts = {1, 0, {account}};
    }
};

TEST_F(AccountSitesTest, AShareIsASiteOfItsPages) {
    const AccountDump dump = source.devices();
    const Account& account = dump.accounts.at(0);
    ASSERT_EQ(account.held.size(), 1U);
    EXPECT_EQ(account.held[0].live_pages, 10U);
    EXPECT_EQ(account.held[0].frames[1].symbol, "lab_probe");
    EXPECT_EQ(account.held[0].oldest_s, std::nullopt) << "of the whole site";
    // A site that is empty by now still says who it was; one that is not there is left out.
    ASSERT_EQ(account.left.size(), 2U);
    EXPECT_EQ(account.left[0].live_pages, 30U);
    EXPECT_EQ(account.left[1].frames[1].symbol, "lab_open");
}

TEST_F(AccountSitesTest, SharesOfSamplesAreEstimated) {
    module.held[0].level = 7;
    const Account account = source.devices().accounts.at(0);
    EXPECT_GT(account.held[0].live_pages, 1000U);
    EXPECT_TRUE(account.held[0].live_error);
}

TEST_F(AccountSitesTest, WithoutSharesNoSitesAreAskedFor) {
    module.device_accounts.accounts[0].shares.clear();
    EXPECT_EQ(source.devices().accounts.size(), 1U);
    EXPECT_TRUE(module.asked.empty());
}

TEST_F(AccountSitesTest, SitesOfAnotherGenerationAreNotTheirs) {
    int times = 0;
    module.before_sites = [&] {
        if (times++ == 0)
            module.state.generation = 2; // a reset between the dump of accounts and that of sites
    };
    module.device_accounts.generation = 2;
    module.state.generation = 1;
    EXPECT_EQ(source.devices().accounts.at(0).held.size(), 1U);
    module.device_accounts.generation = 9;
    try {
        source.devices();
        ADD_FAILURE() << "sites of another generation were taken for its own";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::inconsistent);
    }
}

} // namespace
} // namespace ghostmem
