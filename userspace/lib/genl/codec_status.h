// STATUS of the module's messages: a part of the codec.
#pragma once

#include "lib/model/status.h"

struct nlattr;

namespace ghostmem {

/// All but the version and the ABI, which stand beside the nest. Throws Error(protocol) for what
/// lacks an attribute, or has one of the wrong size or range.
Status decode_status(nlattr* nest);

} // namespace ghostmem
