// The sites of accounts and receipts: the module sends numbers, which refer to a dump of sites.
#pragma once

#include <vector>

#include "lib/model/account.h"

namespace ghostmem {

/// Whether anything in the dump refers to a site.
bool has_shares(const AccountDump& dump);
bool has_shares(const EventDump& dump);

/// Makes sites of the shares: with the stack of the site in `sites` that each refers to, and only
/// the pages of the share, estimated if those are samples. `sites` has the same generation, and
/// samples, not estimates. A share of a site that is not there is left out.
void add_sites(AccountDump& dump, const std::vector<Site>& sites);
void add_sites(EventDump& dump, const std::vector<Site>& sites);

} // namespace ghostmem
