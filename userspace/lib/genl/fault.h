// What the module's refusal of a request, or its absence, means to people, and what to do next.
#pragma once

#include <filesystem>
#include <string>

#include "lib/base/error.h"
#include "lib/genl/codec.h"

namespace ghostmem {

/// Returns the error for a fault in the answer to a command (GHOSTMEM_CMD_*). module_version: empty
/// if it is not known yet.
Error fault_error(const Fault& fault, int command, const std::string& module_version);

/// Returns the error for a netlink family that is not there: the module is not loaded, it is being
/// loaded or unloaded, or it cannot be seen from this network namespace. Reads ROOT/sys.
Error no_family_error(const std::filesystem::path& root);

} // namespace ghostmem
