// What the documents of docs/json.md are made of.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

namespace ghostmem::output::json {

/// Raised when a key goes away or changes its meaning; new keys do not raise it.
inline constexpr int schema_version = 2;

using Json = nlohmann::ordered_json;

/// null: not known.
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

/// Two spaces of indent and a newline at the end; never throws on odd strings.
inline std::string to_text(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ghostmem::output::json
