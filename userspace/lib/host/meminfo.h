// The lines of /proc/meminfo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct MeminfoLine {
    std::string name;
    uint64_t bytes = 0;
};

/// A line with a value that is none, or that cannot be.
struct MeminfoOddLine {
    std::string name;
    std::string value;   ///< as it stands in the file
    bool needed = false; ///< whether the ledger is wrong without it
};

class Meminfo {
  public:
    /// Accepts any text. Lines that cannot be parsed, and those that are more than there can be,
    /// are left out and are in odd(); negative values become 0.
    static Meminfo parse(std::string_view text);

    /// Reads ROOT/proc/meminfo. Throws Error(io) when it cannot be read or has no usable
    /// MemTotal.
    static Meminfo read(const std::filesystem::path& root);

    /// Returns bytes for lines in kB, the bare number for the others (HugePages_*).
    [[nodiscard]] std::optional<uint64_t> find(std::string_view key) const;

    /// Like find(), but 0 for a line that this kernel does not have.
    [[nodiscard]] uint64_t get(std::string_view key) const { return find(key).value_or(0); }

    /// The lines that are not known here, by name: those of vendors' kernels, and of kernels that
    /// are newer than this program.
    [[nodiscard]] std::vector<MeminfoLine> unknown() const;

    /// The lines that were left out, in the order of the file.
    [[nodiscard]] const std::vector<MeminfoOddLine>& odd() const { return odd_; }

  private:
    std::map<std::string, uint64_t, std::less<>> lines_;
    std::vector<MeminfoOddLine> odd_;
};

} // namespace ghostmem
