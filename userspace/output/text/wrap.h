// Line wrapping.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ghostmem::output {

inline constexpr size_t line_width = 80;

/// Breaks text at spaces. Every line but the first is indented; the first one is wrapped as if it
/// were indented, too.
std::string wrapped(const std::string& text, size_t indent);

/// Joins the words with commas on as few lines as possible; each line is indented.
std::vector<std::string> listed(const std::vector<std::string>& words, size_t indent);

} // namespace ghostmem::output
