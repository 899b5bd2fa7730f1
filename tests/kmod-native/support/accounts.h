// Accounts, and sites that a test makes up.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/kmod.h"

namespace ghostmem::native {
inline constexpr u64 settle = GHOSTMEM_SETTLE_MS;
inline constexpr u32 mib = 256; // pages

// Modules, and what their sites hold: the truth. The text of a module that is not in `text` has
// gone.
struct World {
    u32 generation = 1;
    std::map<const module*, std::map<u32, s64>> text;
    std::map<u32, s64> live;
    unsigned walks = 0; // looks at all sites

    void take(const module* mod, u32 site, s64 pages) {
        text[mod][site] += pages;
        live[site] += pages;
    }
};

inline World* world;

// Looks are under the tracker's lock, where nothing may be allocated.
inline u32 of_module(const module* mod, gm_shares* shares) {
    const unsigned attempts = shim_attempts();
    ++world->walks;
    for (const auto& [site, pages] : world->text[mod]) {
        if (world->live[site] != 0)
            gm_shares_append(shares, site, world->live[site]);
    }
    EXPECT_EQ(shim_attempts(), attempts) << "a look has allocated";
    return world->generation;
}

inline u32 again(gm_shares* shares) {
    for (u32 i = 0; i < shares->nr; ++i)
        shares->share[i].pages = world->live[shares->share[i].site];
    return world->generation;
}

inline const gm_account_sites sites{of_module, again};

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
    std::string driver;
    u64 life_ms = 0;
    u64 settled_ms = 0;
    std::vector<std::pair<u32, s64>> left;
};

inline std::map<u32, s64> map_of(const gm_shares& shares) {
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
        ASSERT_EQ(gm_accounts_init(&a, &sites), 0);
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
        u32 generation = 0;
        while (gm_accounts_event(&a, since, &event, &generation)) {
            Told told{event.seq,     event.kind,       event.flags, event.identity.name,
                      event.identity.driver, event.life_ms, event.settled_ms, {}};
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

    void not_bound(int device) { gm_accounts_not_bound(&a, device_at(device), now); }
    // A device with a whole life that takes and leaves nothing.
    void pass_through(int device, const module* mod) {
        bind(device, mod);
        bound(device, mod);
        unbind(device, mod);
        unbound(device);
    }

    inline static char addresses[200];
    gm_accounts a{};
    World truth;
    u64 now = 100'000;
};

using Shares = std::map<u32, s64>;
using Left = std::vector<std::pair<u32, s64>>;

} // namespace ghostmem::native
