// Sample sk_buffs.
#pragma once

#include <vector>

#include "lib/model/site.h"

namespace ghostmem::test {

/// Three sites: sk_buffs that an unloaded driver leaked, for a device that is gone; sk_buffs that
/// another driver holds for two devices; and sk_buffs of a socket, which belong to no device.
std::vector<Site> sample_skb_sites();
SkbStatus watching_skbs();

} // namespace ghostmem::test
