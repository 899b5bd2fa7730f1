// Atomic replacement of a file.
#pragma once

#include <filesystem>
#include <string_view>

namespace ghostmem {

/// Writes a temporary file beside `path` and renames it to `path`, so that a reader never sees a
/// partial file. A file that is not regular (a device, a pipe) is written to directly; a symbolic
/// link is followed. Throws Error(io); `path` is then unchanged.
void replace_file(const std::filesystem::path& path, std::string_view content);

} // namespace ghostmem
