// The module's state, as status reports it.
#pragma once

#include <cstdint>
#include <string>

namespace gmnl {

// The state that a refused request must not change.
struct State {
    uint32_t mode = 0;
    uint32_t generation = 0;
    uint32_t sites_max = 0;
    std::string version;
    bool operator==(const State&) const = default;
    [[nodiscard]] std::string text() const {
        return "mode " + std::to_string(mode) + " generation " + std::to_string(generation) +
               " sites_max " + std::to_string(sites_max);
    }
};

} // namespace gmnl
