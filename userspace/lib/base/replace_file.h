// A file that is replaced at once or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace ghostmem {

/// Writes a temporary file beside `path` and renames it over it, so that a reader never
/// sees half of it. What is no regular file (a device, a pipe) is written to directly; a
/// symbolic link is followed. Throws Error(io); `path` is then as it was.
void replace_file(const std::filesystem::path& path, std::string_view content);

} // namespace ghostmem
