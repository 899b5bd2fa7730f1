// Building blocks of the JSON documents that docs/json.md describes.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

namespace ghostmem::output::json {

/// Incremented when a key is removed or changes its meaning, but not when a key is added.
inline constexpr int schema_version = 2;

using Json = nlohmann::ordered_json;

/// Maps a value that is not known to null.
template <typename T> Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

inline Json or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// The beginning of every document.
inline Json document() {
    return Json{{"schema_version", schema_version}};
}

/// Serializes with an indent of two spaces and a final newline. Never throws: bytes that are not
/// valid UTF-8 are replaced.
inline std::string to_text(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ghostmem::output::json
