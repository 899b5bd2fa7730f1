// Trying again while the module is busy.
#pragma once

#include <chrono>
#include <cstddef>
#include <thread>

namespace gmnl {

// Makes attempts until one is not busy, or the last. Kernels may end a closed socket's dump a
// moment later; 5 s is more than that.
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
