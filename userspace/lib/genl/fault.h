// What the module's refusal of a request means to people, and what to do next.
#pragma once

#include <string>

#include "lib/base/error.h"
#include "lib/genl/codec.h"

namespace ghostmem {

/// Returns the error for a fault in the answer to a command (GHOSTMEM_CMD_*). module_version: empty
/// if it is not known yet.
Error fault_error(const Fault& fault, int command, const std::string& module_version);

} // namespace ghostmem
