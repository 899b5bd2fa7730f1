// Text for terminals that show nothing but ASCII.
#pragma once

#include <string>

namespace ghostmem::output {

/// Replaces the characters that leakctl prints beyond ASCII: "±" by "+-", "…" by "...".
std::string to_ascii(std::string text);

} // namespace ghostmem::output
