// From when on something is worth a word, and from when on an alarm.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ghostmem {

/// Sizes in bytes, times in seconds. The defaults are the field's.
struct Thresholds {
    /// Ghosts of so much are a leak on any host ...
    uint64_t ghost_bytes = uint64_t{6} << 30;
    /// ... and from here on where they are this part of memory as well.
    uint64_t ghost_share_bytes = uint64_t{1536} << 20;
    uint64_t ghost_share_percent = 10;
    /// What sockets of one cause pin is worth a word from here on, if it is this part of memory
    /// as well, or nobody has read for so long.
    uint64_t socket_bytes = uint64_t{64} << 20;
    uint64_t socket_share_percent = 5;
    uint64_t socket_idle_s = 600;
    /// A ghost site that never holds less than it did is worth a word when it grows so fast ...
    uint64_t growth_bytes_per_hour = uint64_t{64} << 20;
    /// ... and is a leak when it holds so much by then.
    uint64_t growth_bytes = uint64_t{256} << 20;

    friend bool operator==(const Thresholds&, const Thresholds&) = default;

    /// Whether so much of so much memory is a leak by size.
    [[nodiscard]] bool is_large(uint64_t bytes, uint64_t total) const;

    /// Lines "ghost_bytes = 6G", "socket_idle_s = 10m"; # begins a comment. What is not there
    /// keeps its default. Throws Error(io) that names what is wrong.
    static Thresholds parse(std::string_view text);

    /// Reads the file; one that is not there is an error.
    static Thresholds read(const std::filesystem::path& file);

    /// Of the file, where one is named; else of ROOT/etc/ghostmem/thresholds.conf, or the
    /// defaults where there is none.
    static Thresholds choose(const std::optional<std::filesystem::path>& file,
                             const std::filesystem::path& root);
};

} // namespace ghostmem
