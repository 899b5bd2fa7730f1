// The kernel's log, as far back as its buffer reaches.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

/// The messages, a line each, from ROOT/dev/kmsg. Takes nothing out of it. nullopt: it may not be
/// read.
std::optional<std::string> read_kernel_log(const std::filesystem::path& root);

} // namespace ghostmem
