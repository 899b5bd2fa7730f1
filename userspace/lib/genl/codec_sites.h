// Sites in the module's messages: a part of the codec.
#pragma once

#include "lib/model/site.h"

struct nlattr;

namespace ghostmem {

/// SITE, and SITE_PAGES or SITE_SKBS. Throws Error(protocol) for what lacks an attribute, or has
/// one of the wrong size or range.
Site decode_page_site(nlattr* site, nlattr* pages);
Site decode_skb_site(nlattr* site, nlattr* skbs);

} // namespace ghostmem
