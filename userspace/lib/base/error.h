// Errors between leakctl and the system, with messages for people.
#pragma once

#include <stdexcept>
#include <string>

namespace ghostmem {

enum class ErrorKind {
    no_module,     ///< the module is not loaded
    unreachable,   ///< loaded, but not visible from this network namespace
    loading,       ///< still being loaded, or being unloaded
    not_permitted, ///< a capability in the initial user namespace is missing
    wrong_abi,     ///< module and leakctl were built from different protocols
    unsupported,   ///< the loaded module is older and does not know the request
    disabled,      ///< the tracker has turned itself off
    not_recording, ///< the tracker is switched off
    no_result,     ///< no search has ended with a result
    inconsistent,  ///< records were reset, or kept changing, while being read
    protocol,      ///< a message that makes no sense
    refused,       ///< the kernel refused the request
    io,            ///< a file or socket failed
};

/// Thrown by lib. what() is one line: what happened, then what to do next; it
/// has no "leakctl:" prefix and no newline.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message);
    [[nodiscard]] ErrorKind kind() const { return kind_; }

  private:
    ErrorKind kind_;
};

} // namespace ghostmem
