// /proc/meminfo as it is written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ghostmem {

class Meminfo {
  public:
    /// Takes any text. Lines it cannot read are left out, negative values are 0.
    static Meminfo parse(std::string_view text);

    /// Reads ROOT/proc/meminfo. Throws Error(io) when it cannot be read or has no
    /// MemTotal.
    static Meminfo read(const std::filesystem::path& root);

    /// Bytes for lines in kB, the bare number for the others (HugePages_*).
    [[nodiscard]] std::optional<uint64_t> find(std::string_view key) const;

    /// As find, 0 for a line this kernel does not have.
    [[nodiscard]] uint64_t get(std::string_view key) const { return find(key).value_or(0); }

  private:
    std::map<std::string, uint64_t, std::less<>> lines_;
};

} // namespace ghostmem
