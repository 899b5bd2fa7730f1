#include "lib/base/error.h"

#include <algorithm>

namespace ghostmem {

namespace {

// Replaces newlines: a message may contain text from the kernel, but an error is one line.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace

Error::Error(ErrorKind kind, const std::string& message)
    : std::runtime_error(one_line(message)), kind_(kind) {}

} // namespace ghostmem
