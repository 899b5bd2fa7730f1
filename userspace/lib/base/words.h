// Text that comes from elsewhere.
#pragma once

#include <algorithm>
#include <string>

namespace ghostmem {

/// What goes to terminals must not steer one.
inline std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

} // namespace ghostmem
