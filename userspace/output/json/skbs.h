// sk_buffs as JSON; docs/json.md is the contract.
#pragma once

#include "lib/model/skb.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

/// Returns null when sk_buffs are not watched.
Json skb_status_json(const std::optional<SkbStatus>& status);

/// Turns the object of a page site into that of an sk_buff site; removes the page-only keys.
void add_skbs(Json& json, const SkbSite& site);

} // namespace ghostmem::output::json
