// An id of a site that is the same after a reboot and on every host.
#pragma once

#include <cstdint>
#include <string>

#include "lib/model/site.h"

namespace ghostmem {

/// A hash of the stack, the order of the blocks and the identity of the code: docs/json.md
/// describes how to compute it. It depends neither on whether a module is still loaded nor on the
/// sampling level. Frame::code has to be set.
uint64_t site_id(const Site& site);

/// 16 hexadecimal digits.
std::string format_site_id(uint64_t id);

} // namespace ghostmem
