// Whether the kernel module is there, is still being loaded, or is being unloaded.
#pragma once

#include <filesystem>

namespace ghostmem {

enum class ModuleState {
    absent,
    loading,
    live,
    unloading,
};

/// Reads ROOT/sys/module/ghostmem. The module offers its netlink family only while it is live, so
/// that the family alone does not tell the other three apart.
ModuleState module_state(const std::filesystem::path& root);

} // namespace ghostmem
