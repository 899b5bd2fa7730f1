// The name of a site that every reboot and every host agrees on.
#pragma once

#include <cstdint>
#include <string>

#include "lib/model/site.h"

namespace ghostmem {

/// A hash of the stack, the order of the blocks and the code the stack is of: docs/json.md says
/// how to make one. Whether a module is still loaded does not enter, nor does the level of samples.
/// Frame::code has to be known.
uint64_t site_id(const Site& site);

/// 16 hexadecimal digits.
std::string format_site_id(uint64_t id);

} // namespace ghostmem
