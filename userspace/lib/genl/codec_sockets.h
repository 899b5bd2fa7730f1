// CENSUS and SOCKET of the module's messages: a part of the codec, and of nothing else.
#pragma once

#include "lib/model/census.h"

struct nlattr;

namespace ghostmem {

/// Both throw Error(protocol) for what lacks an attribute, or has one of the wrong size or range.
Census decode_census(nlattr* nest);
Socket decode_socket(nlattr* nest);

} // namespace ghostmem
