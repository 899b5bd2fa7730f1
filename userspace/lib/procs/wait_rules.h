// What a task waits for, by the kernel functions in which it waits.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/procs/finding.h"

namespace ghostmem {

struct WaitRule {
    /// A function in its stack; one that ends in '*' is a prefix.
    std::string_view function;
    std::string_view waits_for; ///< "the answer of an NFS server"
    std::string_view remedy;    ///< without a full stop
    bool killable = false;      ///< whether SIGKILL ends the wait, though the state is D
    Confidence confidence = Confidence::likely; ///< that this is what it waits for
    bool innermost = false; ///< it says something only if no other function is called from it
};

/// The more specific ones first.
std::span<const WaitRule> wait_rules();

/// The first rule that has one of the functions; nullptr: none has.
const WaitRule* wait_rule_of(const std::vector<std::string>& stack,
                             const std::string& wait_function);

} // namespace ghostmem
