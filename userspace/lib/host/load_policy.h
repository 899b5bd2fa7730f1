// Whether this kernel would load a module that is not signed with a trusted key.
#pragma once

#include <filesystem>
#include <string>

#include "lib/base/error.h"

namespace ghostmem {

struct LoadPolicy {
    std::string lockdown;             ///< none, integrity, confidentiality; empty: not known
    bool signatures_enforced = false; ///< module.sig_enforce

    /// Reads ROOT/sys; missing files count as not known and not enforced.
    static LoadPolicy read(const std::filesystem::path& root);

    /// Whether lockdown is on, or signatures are enforced without it.
    [[nodiscard]] bool signed_only() const;
    /// Returns why a module may be refused and what to do then, as a sentence without its full
    /// stop; empty if any module may be loaded.
    [[nodiscard]] std::string advice() const;
};

/// Returns the error for a module that is not loaded, with the advice if the kernel may refuse to
/// load it.
Error module_not_loaded(const LoadPolicy& policy = {});

} // namespace ghostmem
