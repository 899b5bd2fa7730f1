// A snapshot as JSON: written, and read back.
#pragma once

#include <filesystem>
#include <ostream>
#include <string_view>

#include "lib/snapshot/snapshot.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

/// What the key `document` says, by which a snapshot is told from other JSON.
inline constexpr std::string_view snapshot_document_name = "ghostmem snapshot";
/// Incremented when an older leakctl could misunderstand the document, not when a key is added.
inline constexpr uint64_t snapshot_format = 1;

void snapshot(std::ostream& out, const Snapshot& snapshot);

/// Throws Error(io) that says what is wrong: the text is cut off, no JSON, no snapshot, one of a
/// newer leakctl, or its key KEY is missing or of another type.
Snapshot parse_snapshot(std::string_view text);

/// Likewise for a file; the error names it.
Snapshot read_snapshot(const std::filesystem::path& file);

} // namespace ghostmem::output::json
