// Sockets with something in them that nobody reads.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gmpeer {

struct Made {
    std::string what;
    int fd;
};

/// Makes sockets of a kind, and queues about `bytes` in the first of them; in "many" it is how many
/// pairs. They stay open, as descriptors of this process. Throws std::runtime_error.
std::vector<Made> make(const std::string& kind, size_t bytes);

} // namespace gmpeer
