// Whether this kernel would load a module that no key it trusts has signed.
#pragma once

#include <filesystem>
#include <string>

#include "lib/base/error.h"

namespace ghostmem {

struct LoadPolicy {
    std::string lockdown;             ///< none, integrity, confidentiality; empty: not known
    bool signatures_enforced = false; ///< module.sig_enforce

    /// Reads ROOT/sys; what is not there counts as not known and not enforced.
    static LoadPolicy read(const std::filesystem::path& root);

    /// Lockdown on, or signatures enforced without it.
    [[nodiscard]] bool signed_only() const;
    /// Why a module may be refused and what to do then: a sentence without its full stop, or
    /// nothing where any module may be loaded.
    [[nodiscard]] std::string advice() const;
};

/// The error of a module that is not loaded; says so where the kernel may refuse to load it.
Error module_not_loaded(const LoadPolicy& policy = {});

} // namespace ghostmem
