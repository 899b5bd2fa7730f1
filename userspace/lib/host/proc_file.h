// Small text files of /proc and /sys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

/// Returns all of the file; nullopt if it cannot be read.
std::optional<std::string> read_text(const std::filesystem::path& path);

/// Reads a file with one number and nothing else but space; nullopt for any other.
std::optional<uint64_t> read_number(const std::filesystem::path& path);

/// Splits a line into words, at spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line);

/// Parses lines "NAME NUMBER", as in /proc/vmstat. Other lines are left out.
std::map<std::string, uint64_t, std::less<>> counters_of(std::string_view text);

template <typename Function> void for_each_line(std::string_view text, Function&& function) {
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        function(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace ghostmem
