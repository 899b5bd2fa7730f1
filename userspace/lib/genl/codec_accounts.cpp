#include "lib/genl/codec_accounts.h"

#include <iterator>
#include <utility>

#include "lib/genl/rows.h"

namespace ghostmem {

template <> inline constexpr uint32_t enum_count<AccountState> = __GHOSTMEM_ACCOUNT_STATE_MAX;
template <> inline constexpr uint32_t enum_count<EventKind> = __GHOSTMEM_EVENT_KIND_MAX;

namespace {

/// Further shares of an account: its nest has nothing else.
struct Continuation {
    uint32_t id = 0;
    std::vector<Share> shares;
};

/// The names of an account and of an event are in the nests of these.
struct AccountNames;
struct EventNames;

} // namespace

template <> struct Layout<Share> {
    static constexpr const char* name = "share";
    static constexpr int max = GHOSTMEM_SHARE_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SHARE_A_SITE, &Share::site),
        optional_row(GHOSTMEM_SHARE_A_HELD_PAGES, &Share::held_pages),
        row(GHOSTMEM_SHARE_A_LEFT_PAGES, &Share::left_pages),
    };
};

template <> struct Layout<AccountNames> {
    static constexpr std::tuple rows{
        optional_row(GHOSTMEM_ACCOUNT_A_BUS, &Identity::bus),
        row(GHOSTMEM_ACCOUNT_A_NAME, &Identity::name),
        optional_row(GHOSTMEM_ACCOUNT_A_DRIVER, &Identity::driver),
        optional_row(GHOSTMEM_ACCOUNT_A_MODULE, &Identity::module),
    };
};

template <> struct Layout<Account> {
    static constexpr const char* name = "account";
    static constexpr int max = GHOSTMEM_ACCOUNT_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_ACCOUNT_A_ID, &Account::id),
        row(GHOSTMEM_ACCOUNT_A_STATE, &Account::state),
        row(GHOSTMEM_ACCOUNT_A_FLAGS, &Account::flags),
        row(GHOSTMEM_ACCOUNT_A_SINCE_MS, &Account::since_ms),
        row(GHOSTMEM_ACCOUNT_A_LIVES, &Account::lives),
        list_row(GHOSTMEM_ACCOUNT_A_SHARE, &Account::shares),
    };
};

template <> struct Layout<Continuation> {
    static constexpr std::tuple rows{
        row(GHOSTMEM_ACCOUNT_A_ID, &Continuation::id),
        list_row(GHOSTMEM_ACCOUNT_A_SHARE, &Continuation::shares),
    };
};

template <> struct Layout<EventNames> {
    static constexpr std::tuple rows{
        optional_row(GHOSTMEM_EVENT_A_BUS, &Identity::bus),
        row(GHOSTMEM_EVENT_A_NAME, &Identity::name),
        optional_row(GHOSTMEM_EVENT_A_DRIVER, &Identity::driver),
        optional_row(GHOSTMEM_EVENT_A_MODULE, &Identity::module),
    };
};

template <> struct Layout<AccountEvent> {
    static constexpr const char* name = "event";
    static constexpr int max = GHOSTMEM_EVENT_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_EVENT_A_SEQ, &AccountEvent::seq),
        row(GHOSTMEM_EVENT_A_KIND, &AccountEvent::kind),
        row(GHOSTMEM_EVENT_A_AGE_MS, &AccountEvent::age_ms),
        row(GHOSTMEM_EVENT_A_ACCOUNT, &AccountEvent::account),
        row(GHOSTMEM_EVENT_A_FLAGS, &AccountEvent::flags),
        row(GHOSTMEM_EVENT_A_LIFE_MS, &AccountEvent::life_ms),
        row(GHOSTMEM_EVENT_A_SETTLED_MS, &AccountEvent::settled_ms),
        list_row(GHOSTMEM_EVENT_A_SHARE, &AccountEvent::shares),
    };
};

template <> struct Layout<AccountDump> {
    static constexpr const char* name = "dump";
    static constexpr int max = GHOSTMEM_DUMP_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_DUMP_A_GENERATION, &AccountDump::generation),
        row(GHOSTMEM_DUMP_A_UNACCOUNTED, &AccountDump::unaccounted),
    };
};

AccountDump decode_account_dump(nlattr* nest) {
    return decode_nest<AccountDump>(nest);
}

EventDump decode_event_dump(nlattr* nest) {
    const AccountDump dump = decode_account_dump(nest);
    return {dump.generation, dump.unaccounted, {}};
}

void decode_account(nlattr* nest, AccountDump& dump) {
    const Attributes in = attributes_of<Account, AccountNames>(nest);
    if (in.has(GHOSTMEM_ACCOUNT_A_NAME)) {
        Account account = decode_rows<Account>(in);
        fill_rows(account.identity, Layout<AccountNames>::rows, in);
        dump.accounts.push_back(std::move(account));
        return;
    }
    Continuation more = decode_rows<Continuation>(in);
    if (dump.accounts.empty() || dump.accounts.back().id != more.id)
        garbled("further shares of no account");
    std::vector<Share>& shares = dump.accounts.back().shares;
    shares.insert(shares.end(), more.shares.begin(), more.shares.end());
}

AccountEvent decode_event(nlattr* nest) {
    const Attributes in = attributes_of<AccountEvent, EventNames>(nest);
    AccountEvent event = decode_rows<AccountEvent>(in);
    fill_rows(event.identity, Layout<EventNames>::rows, in);
    return event;
}

} // namespace ghostmem
