// Devices and modules, what they hold and have left, and events of them, as plain values. The uapi
// header defines the terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/model/site.h"

namespace ghostmem {

enum class AccountState : uint32_t {
    bound = GHOSTMEM_ACCOUNT_BOUND,
    unbound = GHOSTMEM_ACCOUNT_UNBOUND,
    removed = GHOSTMEM_ACCOUNT_REMOVED,
    unloaded = GHOSTMEM_ACCOUNT_UNLOADED,
};

enum class EventKind : uint32_t {
    bound = GHOSTMEM_EVENT_BOUND,
    unbound = GHOSTMEM_EVENT_UNBOUND,
    removed = GHOSTMEM_EVENT_REMOVED,
    unloaded = GHOSTMEM_EVENT_UNLOADED,
    receipt = GHOSTMEM_EVENT_RECEIPT,
};

/// Return stable words, the ones that JSON uses.
std::string_view name_of(AccountState state);
std::string_view name_of(EventKind kind);

/// Pages, or samples of pages, of one site in the dump of the same generation.
struct Share {
    uint32_t site = 0; ///< Site::slot
    uint64_t held_pages = 0;
    uint64_t left_pages = 0;
};

struct Identity {
    std::string bus; ///< empty: a module
    std::string name;
    std::string driver; ///< empty: a module
    std::string module; ///< the driver's; empty: it is built in
};

/// "pci 0000:00:04.0", or "module e1000e".
std::string describe(const Identity& identity);

struct Account {
    uint32_t id = 0;
    Identity identity;
    AccountState state = AccountState::bound;
    uint32_t flags = 0;    ///< GHOSTMEM_ACCOUNT_F_*
    uint64_t since_ms = 0; ///< how long it has been in this state
    uint32_t lives = 0;    ///< that have a receipt
    std::vector<Share> shares;
    /// The shares as sites of which only these pages are live; AttributedSource fills both.
    std::vector<Site> held;
    std::vector<Site> left;
};

struct AccountEvent {
    uint64_t seq = 0;
    EventKind kind = EventKind::bound;
    uint64_t age_ms = 0;
    uint32_t account = 0; ///< Account::id
    Identity identity;
    uint32_t flags = 0;                 ///< GHOSTMEM_ACCOUNT_F_*
    std::optional<uint64_t> life_ms;    ///< of a receipt
    std::optional<uint64_t> settled_ms; ///< of a receipt
    std::vector<Share> shares;          ///< of a receipt, without held pages
    std::vector<Site> left;             ///< as in Account
};

struct AccountDump {
    uint32_t generation = 0;
    uint64_t unaccounted = 0; ///< lives that have no account
    std::vector<Account> accounts;
};

struct EventDump {
    uint32_t generation = 0;
    uint64_t unaccounted = 0;
    std::vector<AccountEvent> events; ///< by seq
};

} // namespace ghostmem
