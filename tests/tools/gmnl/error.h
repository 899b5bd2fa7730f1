// Error numbers: thrown, and put into words.
#pragma once

#include <string>

namespace gmnl {

// Throws @what with errno in words.
[[noreturn]] void fail(const std::string& what);

std::string name_of_errno(int error);

} // namespace gmnl
