#include "lib/base/units.h"

#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "lib/base/saturate.h"

namespace ghostmem {

namespace {

constexpr uint64_t most = std::numeric_limits<uint64_t>::max();

struct Number {
    uint64_t value;
    std::string_view rest;
};

// from_chars() on an unsigned type accepts neither a sign nor a space, as required here.
std::optional<Number> leading_number(std::string_view text) {
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{})
        return std::nullopt;
    return Number{value, text.substr(static_cast<size_t>(at - text.data()))};
}

} // namespace

std::optional<uint64_t> parse_size(std::string_view text) {
    const auto number = leading_number(text);
    if (!number)
        return std::nullopt;
    std::string suffix(number->rest);
    for (char& c : suffix)
        c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (suffix.empty() || suffix == "B")
        return number->value;
    const size_t power = std::string_view("KMGTP").find(suffix.front());
    const std::string_view tail = std::string_view(suffix).substr(1);
    if (power == std::string_view::npos || !(tail.empty() || tail == "B" || tail == "IB"))
        return std::nullopt;
    const unsigned shift = 10 * (static_cast<unsigned>(power) + 1);
    if (number->value > most >> shift)
        return std::nullopt;
    return number->value << shift;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        uint64_t milliseconds;
    };
    static constexpr std::array<Unit, 6> units{{
        {"", 1000},
        {"ms", 1},
        {"s", 1000},
        {"m", 60'000},
        {"h", 3'600'000},
        {"d", 86'400'000},
    }};
    constexpr uint64_t longest = 36'500 * 86'400'000ULL;

    const auto number = leading_number(text);
    if (!number)
        return std::nullopt;
    for (const Unit& unit : units) {
        if (number->rest != unit.name)
            continue;
        if (number->value > longest / unit.milliseconds)
            return std::nullopt;
        return std::chrono::milliseconds(
            static_cast<std::chrono::milliseconds::rep>(number->value * unit.milliseconds));
    }
    return std::nullopt;
}

std::string format_bytes(uint64_t bytes) {
    static constexpr std::array<const char*, 6> names{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes) / 1024;
    size_t at = 0;
    // 1023.95 would be printed as "1024.0", so the next unit is used.
    while (value >= 1023.95 && at + 1 < names.size()) {
        value /= 1024;
        ++at;
    }
    return fmt::format("{:.1f} {}", value, names.at(at));
}

std::string format_estimate(uint64_t bytes, std::optional<uint64_t> margin) {
    if (!margin)
        return format_bytes(bytes);
    return *margin <= bytes ? fmt::format("{} ± {}", format_bytes(bytes), format_bytes(*margin))
                            : fmt::format("{} (0 to {})", format_bytes(bytes),
                                          format_bytes(add(bytes, *margin)));
}

std::string format_amount(uint64_t bytes, std::optional<uint64_t> margin) {
    return margin ? format_estimate(bytes, margin)
                  : fmt::format("{} ({})", format_bytes(bytes), count_of(bytes, "byte"));
}

std::string format_signed_bytes(int64_t bytes) {
    const auto magnitude =
        bytes < 0 ? 0 - static_cast<uint64_t>(bytes) : static_cast<uint64_t>(bytes);
    return (bytes < 0 ? "-" : "+") + format_bytes(magnitude);
}

std::string format_age(uint64_t seconds) {
    const auto pair = [](uint64_t big, char big_unit, uint64_t small, char small_unit) {
        return small == 0 ? fmt::format("{}{}", big, big_unit)
                          : fmt::format("{}{} {}{}", big, big_unit, small, small_unit);
    };
    if (seconds < 60)
        return fmt::format("{}s", seconds);
    if (seconds < 3600)
        return pair(seconds / 60, 'm', seconds % 60, 's');
    if (seconds < 86'400)
        return pair(seconds / 3600, 'h', seconds % 3600 / 60, 'm');
    return pair(seconds / 86'400, 'd', seconds % 86'400 / 3600, 'h');
}

std::string count_of(uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

uint64_t pages_to_bytes(uint64_t pages, uint32_t page_size) {
    constexpr auto most = std::numeric_limits<uint64_t>::max();
    if (page_size != 0 && pages > most / page_size)
        return most;
    return pages * page_size;
}

} // namespace ghostmem
