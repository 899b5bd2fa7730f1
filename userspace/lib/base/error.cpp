#include "lib/base/error.h"

#include <algorithm>

namespace ghostmem {

namespace {

// Text from the kernel may be part of a message; one error stays one line.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace

Error::Error(ErrorKind kind, const std::string& message)
    : std::runtime_error(one_line(message)), kind_(kind) {}

} // namespace ghostmem
