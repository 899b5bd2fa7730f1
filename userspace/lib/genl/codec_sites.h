// Sites in the module's messages: a part of the codec.
#pragma once

#include "lib/model/site.h"

struct nlattr;

namespace ghostmem {

/// Decode SITE, with SITE_PAGES or SITE_SKBS. Throw Error(protocol) if an attribute is missing or
/// has the wrong size or range.
Site decode_page_site(nlattr* site, nlattr* pages);
Site decode_skb_site(nlattr* site, nlattr* skbs);

} // namespace ghostmem
