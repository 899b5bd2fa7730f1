// CENSUS and SOCKET of the module's messages: a part of the codec.
#pragma once

#include "lib/model/census.h"

struct nlattr;

namespace ghostmem {

/// Both throw Error(protocol) if an attribute is missing or has the wrong size or range.
Census decode_census(nlattr* nest);
Socket decode_socket(nlattr* nest);

} // namespace ghostmem
