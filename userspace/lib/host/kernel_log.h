// The kernel's log, as far back as its buffer reaches.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

/// Returns the messages, one per line, from ROOT/dev/kmsg, without consuming them. nullopt: it
/// cannot be opened.
std::optional<std::string> read_kernel_log(const std::filesystem::path& root);

} // namespace ghostmem
