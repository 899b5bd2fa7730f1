// What the JSON documents are made of: a part of json*.cpp, and of nothing else.
#pragma once

#include <optional>
#include <string>

#include "output/json/documents.h"

namespace ghostmem::output {

/// null: not known.
template <typename T> Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

inline Json or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

inline Json document() {
    return Json{{"schema_version", json_schema_version}};
}

} // namespace ghostmem::output
