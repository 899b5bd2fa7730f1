// Lines that are not too long.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ghostmem::output {

inline constexpr size_t line_width = 80;

/// Breaks at spaces; every line but the first is indented, and the first is as if it were.
std::string wrapped(const std::string& text, size_t indent);

/// The words, with commas between them, on as few lines as that takes; each is indented.
std::vector<std::string> listed(const std::vector<std::string>& words, size_t indent);

} // namespace ghostmem::output
