#include "gmsock/limits.h"

#include <sys/resource.h>

#include "gmsock/descriptor.h"

namespace gmsock {

void allow_descriptors(uint64_t count) {
    const rlimit limit{count, count};
    checked(setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE");
}

} // namespace gmsock
