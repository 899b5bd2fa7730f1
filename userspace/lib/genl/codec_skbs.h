// What is of sk_buffs in the module's messages: a part of the codec.
#pragma once

#include "lib/genl/attributes.h"
#include "lib/model/skb.h"

namespace ghostmem {

/// nullopt: they are not watched.
std::optional<SkbStatus> decode_skb_status(nlattr* nest);

/// Of a site that SKB_GET told of, what sites of pages do not have.
SkbSite decode_skb_site(nlattr* nest);

} // namespace ghostmem
