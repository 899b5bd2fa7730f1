// sk_buffs for tests.
#pragma once

#include <vector>

#include "lib/model/site.h"

namespace ghostmem::test {

/// What an unloaded driver lost, of a device that is gone; what another holds for two devices;
/// and what a socket holds, which belongs to none.
std::vector<Site> sample_skb_sites();
SkbStatus watching_skbs();

} // namespace ghostmem::test
