// What JSON says of sk_buffs; docs/json.md is the contract.
#pragma once

#include "lib/model/skb.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

/// null: they are not watched.
Json skb_status_json(const std::optional<SkbStatus>& status);

/// Makes the object of a site one of a site of sk_buffs: what it has of pages goes.
void add_skbs(Json& json, const SkbSite& site);

} // namespace ghostmem::output::json
