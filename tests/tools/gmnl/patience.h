// Retries while the module is busy.
#pragma once

#include <chrono>
#include <cstddef>
#include <thread>

namespace gmnl {

// Retries until an attempt is not busy, or for 5 s. Kernels may end the dump of a closed socket
// with a delay, which is shorter than that.
template <typename Attempt, typename Busy>
auto patiently(Attempt attempt, Busy busy, size_t& retries) {
    using namespace std::chrono_literals;
    for (int left = 500; left > 0; --left) {
        auto result = attempt();
        if (!busy(result))
            return result;
        ++retries;
        std::this_thread::sleep_for(10ms);
    }
    return attempt();
}

} // namespace gmnl
