// Arithmetic that saturates instead of wrapping on absurd input.
#pragma once

#include <cstdint>
#include <limits>

namespace ghostmem {

constexpr uint64_t add(uint64_t a, uint64_t b) {
    constexpr auto most = std::numeric_limits<uint64_t>::max();
    return a > most - b ? most : a + b;
}

constexpr uint64_t multiply(uint64_t a, uint64_t b) {
    constexpr auto most = std::numeric_limits<uint64_t>::max();
    return b != 0 && a > most / b ? most : a * b;
}

/// a - b, or 0 if b is greater than a.
constexpr uint64_t excess(uint64_t a, uint64_t b) {
    return a > b ? a - b : 0;
}

} // namespace ghostmem
