// Text that comes from outside leakctl.
#pragma once

#include <algorithm>
#include <string>

namespace ghostmem {

/// Replaces all but printable ASCII by '?', so that the text cannot control a terminal.
inline std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

} // namespace ghostmem
