// Numbers in names and links of /proc.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ghostmem {

/// Parses all of the text as a number without sign or space; nullopt for anything else.
template <typename T> std::optional<T> number_of(std::string_view text) {
    T value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end)
        return std::nullopt;
    return value;
}

/// "socket:[4711]" -> 4711, "net:[4026531840]" -> 4026531840.
template <typename T> std::optional<T> inode_of(std::string_view link, std::string_view kind) {
    if (!link.starts_with(kind) || !link.ends_with(']'))
        return std::nullopt;
    link.remove_prefix(kind.size());
    link.remove_suffix(1);
    if (!link.starts_with(":["))
        return std::nullopt;
    return number_of<T>(link.substr(2));
}

} // namespace ghostmem
