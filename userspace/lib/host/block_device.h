// What sysfs tells of a block device, without asking the device itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

struct BlockDevice {
    std::string numbers;               ///< "253:0"
    std::string name;                  ///< "dm-0", "nbd0", "sda1"
    std::string mapped;                ///< its name in the device mapper; empty: it is not of that
    bool suspended = false;            ///< the device mapper holds all its requests back
    std::optional<uint64_t> in_flight; ///< requests that were sent and not answered
};

/// nullopt: there is no such device, for example because the numbers are of a network file system.
std::optional<BlockDevice> read_block_device(const std::filesystem::path& root,
                                             const std::string& numbers);

/// The numbers of the block special file; empty: it is none.
std::string block_numbers(const std::filesystem::path& file);

} // namespace ghostmem
