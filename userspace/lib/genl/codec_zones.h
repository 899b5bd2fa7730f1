// The census of page frames in the module's messages: a part of the codec.
#pragma once

#include "lib/model/zone.h"

struct nlattr;

namespace ghostmem {

/// Decodes all of the census but its zones, which have messages of their own.
PageCensus decode_pages_census(nlattr* nest);

/// Refuses a zone with classes of a newer module that this leakctl does not know, because they have
/// no name.
Zone decode_zone(nlattr* nest);

} // namespace ghostmem
