// The exact code that a frame belongs to: the same function in another build is different code.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/site.h"

namespace ghostmem {

/// The build id in ELF notes as in /sys/kernel/notes, in hexadecimal; empty: there is none.
std::string build_id_of(std::string_view notes);

/// Reads each module once. Use one object per dump, because modules are loaded and unloaded.
class CodeIdentity {
  public:
    /// Reads ROOT/sys and ROOT/proc.
    explicit CodeIdentity(std::filesystem::path root) : root_(std::move(root)) {}

    /// Returns "srcversion:..." for a module that has one; for all other code "build-id:..." of the
    /// kernel, or "release:..." if that has none. The result for an unloaded module is the same as
    /// while it was loaded.
    const std::string& of(const Frame& frame);

    /// Sets Frame::code and Site::code_known.
    void tell(std::vector<Site>& sites);

  private:
    const std::string& kernel();
    const std::string& live_module(const std::string& name);
    bool sysfs_is_mounted();

    std::filesystem::path root_;
    std::optional<bool> mounted_;
    std::optional<std::string> kernel_;
    std::map<std::string, std::string, std::less<>> live_;
    std::map<std::string, std::string, std::less<>> frozen_; ///< by srcversion
};

} // namespace ghostmem
