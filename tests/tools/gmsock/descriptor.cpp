#include "gmsock/descriptor.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace gmsock {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        reset();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

void Descriptor::reset() {
    if (number_ >= 0)
        close(number_);
    number_ = -1;
}

long checked(long result, const std::string& what) {
    if (result < 0)
        throw std::runtime_error(what + ": " + std::strerror(errno));
    return result;
}

uint64_t inode_of(int descriptor) {
    struct stat status {};
    checked(fstat(descriptor, &status), "fstat");
    return status.st_ino;
}

} // namespace gmsock
