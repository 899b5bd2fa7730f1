// Atomic replacement of a file.
#pragma once

#include <filesystem>
#include <string_view>

namespace ghostmem {

/// Writes a file without a name and then gives it the name `path`, so that a reader never sees a
/// partial file, and a process that is killed leaves none. Where the file system has no such files,
/// a temporary file beside `path` is renamed to it. A file that is not regular (a device, a pipe)
/// is written to directly; a symbolic link is followed. Throws Error(io); `path` is then unchanged.
void replace_file(const std::filesystem::path& path, std::string_view content);

} // namespace ghostmem
