// ACCOUNT and EVENT of the module's messages: a part of the codec.
#pragma once

#include "lib/model/account.h"

struct nlattr;

namespace ghostmem {

/// All throw Error(protocol) if an attribute is missing or has the wrong size or range.

/// Begins a dump with its first message, which has DUMP alone.
AccountDump decode_account_dump(nlattr* nest);
EventDump decode_event_dump(nlattr* nest);

/// Adds an account, or further shares of the one that was added last.
void decode_account(nlattr* nest, AccountDump& dump);
AccountEvent decode_event(nlattr* nest);

} // namespace ghostmem
