// Parsing and formatting of sizes and durations.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ghostmem {

/// Bytes. "4096", "64K", "1M", "2GiB", "1T": suffixes are powers of 1024, in
/// either case, with or without "B" or "iB". nullopt for anything else: signs,
/// spaces, fractions, overflow.
std::optional<uint64_t> parse_size(std::string_view text);

/// "500ms", "10s", "10m", "2h", "1d"; a bare number is seconds. nullopt for
/// anything else and for more than 36500 days.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "512 B", "1.5 KiB", "8.0 GiB".
std::string format_bytes(uint64_t bytes);

/// "1.5 KiB (1536 bytes)"; with a margin, for an estimate, "1.5 KiB ± 512 B", or "1.5 KiB (0 to 3.5
/// KiB)" if the margin is larger than the estimate.
std::string format_amount(uint64_t bytes, std::optional<uint64_t> margin);

/// The same, but an exact figure is "1.5 KiB".
std::string format_estimate(uint64_t bytes, std::optional<uint64_t> margin);

/// Like format_bytes(), with a sign.
std::string format_signed_bytes(int64_t bytes);

/// At most two units: "45s", "12m 5s", "3h 12m", "5d 4h".
std::string format_age(uint64_t seconds);

/// "1 site", "2 sites".
std::string count_of(uint64_t count, std::string_view noun);

/// The size of `pages` pages in bytes; saturates instead of wrapping on absurd input.
uint64_t pages_to_bytes(uint64_t pages, uint32_t page_size);

} // namespace ghostmem
