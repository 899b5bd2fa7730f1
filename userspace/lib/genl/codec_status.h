// STATUS of the module's messages: a part of the codec.
#pragma once

#include "lib/model/status.h"

struct nlattr;

namespace ghostmem {

/// Decodes all but the version and the ABI, which are outside the nest. Throws Error(protocol) if
/// an attribute is missing or has the wrong size or range.
Status decode_status(nlattr* nest);

} // namespace ghostmem
