// Limits from which on something is reported as a warning or as a leak.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

/// Sizes in bytes, times in seconds. The defaults come from the field.
struct Thresholds {
    /// Ghosts of this size are a leak on any host ...
    uint64_t ghost_bytes = uint64_t{6} << 30;
    /// ... and from this size on if they are also this part of memory.
    uint64_t ghost_share_bytes = uint64_t{1536} << 20;
    uint64_t ghost_share_percent = 10;
    /// ... and whatever their size if they are this part of memory.
    uint64_t ghost_percent = 25;
    /// Ghosts that were allocated before recording began, and have no name therefore, are a warning
    /// from this size on if they are also this part of memory.
    uint64_t before_load_bytes = uint64_t{64} << 20;
    uint64_t before_load_percent = 5;
    /// What sockets of one cause pin is a warning from this size on, if it is also this part of
    /// memory, if nobody has read for this long, or if its process cannot act.
    uint64_t socket_bytes = uint64_t{64} << 20;
    uint64_t socket_share_percent = 5;
    uint64_t socket_idle_s = 600;
    /// A site of driver_classes() that never holds less than before is a warning when it grows this
    /// fast ...
    uint64_t growth_bytes_per_hour = uint64_t{64} << 20;
    /// ... and a leak when it then holds this much. Where the long windows are not over yet, it is
    /// a warning once enough consecutive short ones have risen.
    uint64_t growth_bytes = uint64_t{256} << 20;
    /// What has grown so much since the baseline of `leakctl patrol` is a warning if it is also
    /// this part of memory.
    uint64_t baseline_bytes = uint64_t{256} << 20;
    uint64_t baseline_percent = 2;

    friend bool operator==(const Thresholds&, const Thresholds&) = default;

    /// Whether `bytes` of a memory of `total` bytes are a leak by their size.
    [[nodiscard]] bool is_large(uint64_t bytes, uint64_t total) const;

    /// Whether so much of so much memory is worth a warning because nobody saw its allocation.
    [[nodiscard]] bool much_before_load(uint64_t bytes, uint64_t total) const;

    /// Whether so much more than in the baseline is worth a warning.
    [[nodiscard]] bool much_since_baseline(uint64_t bytes, uint64_t total) const;

    /// What is_large() goes by, for people: "6.0 GiB, 25 % of memory, or 10 % from 1.5 GiB on".
    [[nodiscard]] std::string limits() const;

    /// Parses lines "ghost_bytes = 6G", "socket_idle_s = 10m"; # begins a comment. Settings that
    /// are missing keep their defaults. Throws Error(io) that names what is wrong.
    static Thresholds parse(std::string_view text);

    /// Reads the file; a missing file is an error.
    static Thresholds read(const std::filesystem::path& file);

    /// Reads the file, if one is named; else ROOT/etc/ghostmem/thresholds.conf, or returns the
    /// defaults if that does not exist.
    static Thresholds choose(const std::optional<std::filesystem::path>& file,
                             const std::filesystem::path& root);
};

/// A threshold as docs/verdicts.md lists it.
struct Threshold {
    std::string_view name;
    std::string text; ///< its default
    std::string_view meaning;
};

std::vector<Threshold> all_thresholds();

} // namespace ghostmem
