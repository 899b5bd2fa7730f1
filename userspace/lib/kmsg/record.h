// A message of the kernel's log, from /dev/kmsg or from a file in which it was saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ghostmem {

struct KmsgRecord {
    std::optional<uint64_t> sequence; ///< of /dev/kmsg; a saved log has none
    std::optional<uint32_t> level;    ///< 0 (emergency) to 7 (debug)
    std::optional<double> time_s;     ///< since boot
    bool from_kernel = true;          ///< and not written to /dev/kmsg by a program
    std::string text;                 ///< without time, level and caller
    std::string device;               ///< "+pci:0000:00:03.0", of the record's dictionary
};

/// What /dev/kmsg gives for one read: "6,339,5140900,-;text", then lines that begin with a space.
/// nullopt: it is not such a record.
std::optional<KmsgRecord> parse_kmsg_record(std::string_view text);

/// A line of a saved log: as dmesg prints it (with -x, -T, -r or without), as journalctl -k does,
/// or as syslog writes it. A line without any of that is a text. nullopt: it is empty, or a line
/// of another program's.
std::optional<KmsgRecord> parse_log_line(std::string_view line);

} // namespace ghostmem
