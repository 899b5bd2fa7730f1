// Runs devices, modules and events against a fake kernel.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "commands/devices.h"
#include "commands/events.h"
#include "commands/modules.h"
#include "lib/base/error.h"
#include "output/json/accounts.h"
#include "output/text/events.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::commands {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

constexpr uint64_t mib_pages = 256;

Site probe_site(uint64_t pages, const char* module = "[lab]") {
    return site(5, pages,
                stack({"__alloc_pages+0x2a1/0x300",
                       (std::string("lab_probe+0x1d2/0x3f0 ") + module).c_str(),
                       "local_pci_probe+0x42/0x80", "really_probe+0xde/0x380"}));
}

struct AccountsCommand : testing::Test {
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    std::ostringstream out;
    Context context{kernel, diag, clock, out, "/nowhere"};
    Context json_context{kernel, diag, clock, out, "/nowhere", true};

    void SetUp() override {
        Account leaky;
        leaky.id = 1;
        leaky.identity = {"pci", "0000:00:04.0", "lab", "lab"};
        leaky.since_ms = 65'250;
        leaky.lives = 4;
        leaky.held = {probe_site(mib_pages)};
        leaky.left = {probe_site(4 * mib_pages)};
        Account gone;
        gone.id = 2;
        gone.identity = {"pci", "0000:00:05.0", "e1000", "e1000"};
        gone.state = AccountState::removed;
        gone.flags = GHOSTMEM_ACCOUNT_F_SETTLING;
        gone.since_ms = 1000;
        Account builtin;
        builtin.id = 3;
        builtin.identity = {"platform", "serial8250", "serial8250", ""};
        builtin.flags = GHOSTMEM_ACCOUNT_F_BUILTIN | GHOSTMEM_ACCOUNT_F_LATE;
        kernel.device_accounts = {1, 0, {builtin, gone, leaky}};
        for (uint64_t seq = 1; seq <= 4; ++seq)
            kernel.account_events.events.push_back(receipt(2 * seq));
        AccountEvent forgotten = receipt(1);
        forgotten.flags = GHOSTMEM_ACCOUNT_F_FORGOTTEN;
        forgotten.left.clear();
        kernel.account_events.events.insert(kernel.account_events.events.begin(), forgotten);
        AccountEvent removed;
        removed.seq = 9;
        removed.kind = EventKind::removed;
        removed.account = 2;
        removed.identity = gone.identity;
        kernel.account_events.events.push_back(removed);
        kernel.held = {probe_site(5 * mib_pages)};
        Site unloaded = site(7, 3, stack({"__alloc_pages", "old_open [old, unloaded]"}));
        kernel.held.push_back(unloaded);
        Account old;
        old.id = 4;
        old.identity = {"", "old", "", "old"};
        old.state = AccountState::unloaded;
        old.lives = 1;
        old.left = {unloaded};
        kernel.module_accounts = {1, 0, {old}};
    }

    static AccountEvent receipt(uint64_t seq) {
        AccountEvent event;
        event.seq = seq;
        event.kind = EventKind::receipt;
        event.age_ms = 100'000 - 1000 * seq;
        event.account = 1;
        event.identity = {"pci", "0000:00:04.0", "lab", "lab"};
        event.flags = seq == 2 ? GHOSTMEM_ACCOUNT_F_CUT_SHORT : 0;
        event.life_ms = 500;
        event.settled_ms = 2000;
        event.left = {probe_site(mib_pages)};
        return event;
    }
    nlohmann::json json() const { return nlohmann::json::parse(out.str()); }
};

TEST_F(AccountsCommand, DevicesAsText) {
    EXPECT_EQ(devices(context, {}), 0);
    expect_golden("golden/devices.txt", out.str());
}

TEST_F(AccountsCommand, DevicesAsJson) {
    EXPECT_EQ(devices(json_context, {}), 0);
    expect_golden("golden/devices.json", out.str());
    const auto first = json()["devices"][0];
    EXPECT_EQ(first["held_bytes"], 1048576);
    EXPECT_EQ(first["left_bytes"], 4194304);
    EXPECT_EQ(first["trend"], "grows");
    EXPECT_EQ(first["left_bytes_per_life"], 1048576);
    EXPECT_EQ(first["sites"].size(), 1U);
    EXPECT_EQ(first["receipts"].size(), 4U) << "what has been forgotten says nothing";
}

TEST_F(AccountsCommand, AllAndTop) {
    devices(json_context, {.all = true, .stacks = false, .top = {}});
    EXPECT_EQ(json()["devices"].size(), 3U);
    EXPECT_TRUE(json()["devices"][2]["held_bytes"].is_null());
    out.str("");
    devices(json_context, {.all = true, .stacks = false, .top = 1});
    EXPECT_EQ(json()["devices"].size(), 1U);
    EXPECT_EQ(json()["matched"], 3);
}

TEST_F(AccountsCommand, NoDeviceHoldsAnything) {
    kernel.device_accounts.accounts.resize(1);
    devices(context, {});
    EXPECT_EQ(out.str(), "no device holds or has left memory of its driver's; 1 more with nothing "
                         "(--all)\n");
}

TEST_F(AccountsCommand, NothingIsToldWhileNothingIsRecorded) {
    kernel.state.mode = Mode::off;
    EXPECT_THROW(devices(context, {}), Error);
    EXPECT_THROW(modules(context, {}), Error);
    EXPECT_EQ(events(context, {}), 0);
}

TEST_F(AccountsCommand, Modules) {
    EXPECT_EQ(modules(context, {}), 0);
    expect_golden("golden/modules.txt", out.str());
    out.str("");
    modules(json_context, {});
    expect_golden("golden/modules.json", out.str());
    EXPECT_EQ(json()["modules"][0]["name"], "lab");
    EXPECT_EQ(json()["modules"][0]["lives"], 0);
    EXPECT_EQ(json()["modules"][1]["state"], "unloaded");
    EXPECT_EQ(json()["modules"][1]["left_bytes"], 12288);
}

TEST_F(AccountsCommand, EventsAsText) {
    EventsReport report;
    report.dump = kernel.account_events;
    report.now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'100));
    report.sampling = Sampling(kernel.state);
    output::text::events(out, output::Style(false), report);
    expect_golden("golden/events.txt", out.str());
}

TEST_F(AccountsCommand, EventsAsJson) {
    EXPECT_EQ(events(json_context, {}), 0);
    ASSERT_EQ(json()["events"].size(), 6U);
    EXPECT_TRUE(json()["events"][0]["left_bytes"].is_null()) << "not known, and not 0";
    EXPECT_EQ(json()["events"][1]["left_bytes"], 1048576);
    EXPECT_EQ(json()["events"][1]["flags"][0], "cut_short");
    EXPECT_EQ(json()["events"][1]["sites"][0]["symbol"], "lab_probe");
    EXPECT_EQ(json()["events"][5]["event"], "removed");
    EXPECT_FALSE(json()["events"][5].contains("left_bytes"));
}

TEST_F(AccountsCommand, FollowAsksForWhatItHasNotSeen) {
    clock.interrupt_at = std::chrono::milliseconds{2500};
    EXPECT_EQ(events(json_context, {.follow = true}), 0);
    EXPECT_EQ(kernel.asked_since, (std::vector<uint64_t>{0, 9, 9}));
    std::istringstream lines(out.str());
    std::string line;
    std::vector<uint64_t> seqs;
    while (std::getline(lines, line))
        seqs.push_back(nlohmann::json::parse(line)["seq"]);
    EXPECT_EQ(seqs, (std::vector<uint64_t>{1, 2, 4, 6, 8, 9}));
}

} // namespace
} // namespace ghostmem::commands
