// Throwing and naming error numbers.
#pragma once

#include <string>

namespace gmnl {

// Throws an exception with @what and the name of errno.
[[noreturn]] void fail(const std::string& what);

std::string name_of_errno(int error);

} // namespace gmnl
