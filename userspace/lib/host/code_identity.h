// Which code a frame is of, exactly: the same function of another build is another one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/site.h"

namespace ghostmem {

/// The build id in ELF notes as /sys/kernel/notes has them, in hexadecimal; empty: there is none.
std::string build_id_of(std::string_view notes);

/// Looks at each module once: one for each dump, modules come and go.
class CodeIdentity {
  public:
    /// Reads ROOT/sys and ROOT/proc.
    explicit CodeIdentity(std::filesystem::path root) : root_(std::move(root)) {}

    /// "srcversion:..." of a module that has one; for all other code "build-id:..." of the kernel,
    /// or "release:..." where it has none. The same for a module that has gone as while it lived.
    const std::string& of(const Frame& frame);

    /// Sets Frame::code.
    void tell(std::vector<Site>& sites);

  private:
    const std::string& kernel();
    const std::string& live_module(const std::string& name);

    std::filesystem::path root_;
    std::optional<std::string> kernel_;
    std::map<std::string, std::string, std::less<>> live_;
    std::map<std::string, std::string, std::less<>> frozen_; ///< by srcversion
};

} // namespace ghostmem
