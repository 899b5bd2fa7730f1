// The census of page frames in the module's messages: a part of the codec.
#pragma once

#include "lib/model/zone.h"

struct nlattr;

namespace ghostmem {

/// All but its zones, which have messages of their own.
PageCensus decode_pages_census(nlattr* nest);

/// A newer module may have classes that this leakctl does not know: refused, as they have no name.
Zone decode_zone(nlattr* nest);

} // namespace ghostmem
