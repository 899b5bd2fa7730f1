#include "gmnl/error.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace gmnl {

void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::string name_of_errno(int error) {
    return error == 0 ? "0" : std::to_string(error) + " (" + std::strerror(error) + ")";
}

} // namespace gmnl
