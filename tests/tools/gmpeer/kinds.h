// Sockets with queued data that is never read.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gmpeer {

struct Made {
    std::string what;
    int fd;
};

/// Makes sockets of a kind, and queues about `bytes` in the first of them; for "many", `bytes` is
/// the number of pairs. They stay open as descriptors of this process. Throws std::runtime_error.
std::vector<Made> make(const std::string& kind, size_t bytes);

} // namespace gmpeer
