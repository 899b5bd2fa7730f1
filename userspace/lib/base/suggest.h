// What a mistyped word was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

/// Returns the one of `known` that `word` differs from in case, in '-' for '_', or in a few
/// letters; empty if there is none, or if `word` is one of them.
std::string closest(std::string_view word, const std::vector<std::string>& known);

} // namespace ghostmem
