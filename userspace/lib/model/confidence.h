// How sure a finding is.
#pragma once

#include <string_view>

namespace ghostmem {

enum class Confidence {
    possible, ///< only its size is conspicuous, or it is inferred from little
    likely,   ///< the figures are right, but another cause could produce them
    certain,  ///< it was counted, or the kernel says so
};

/// Stable words, the ones that JSON uses.
std::string_view name_of(Confidence confidence);

} // namespace ghostmem
