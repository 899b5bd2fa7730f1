#include "lib/host/load_policy.h"

#include <fstream>

#include <fmt/format.h>

namespace ghostmem {

namespace {

std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// "none [integrity] confidentiality": the one in brackets is in force.
std::string in_brackets(const std::string& line) {
    const size_t open = line.find('[');
    const size_t close = line.find(']', open);
    if (open == std::string::npos || close == std::string::npos)
        return {};
    return line.substr(open + 1, close - open - 1);
}

} // namespace

LoadPolicy LoadPolicy::read(const std::filesystem::path& root) {
    LoadPolicy policy;
    policy.lockdown = in_brackets(first_line(root / "sys/kernel/security/lockdown"));
    policy.signatures_enforced =
        first_line(root / "sys/module/module/parameters/sig_enforce") == "Y";
    return policy;
}

bool LoadPolicy::signed_only() const {
    return signatures_enforced || (!lockdown.empty() && lockdown != "none");
}

std::string LoadPolicy::advice() const {
    if (!signed_only())
        return {};
    const std::string what = lockdown.empty() || lockdown == "none"
                                 ? "this kernel (module.sig_enforce)"
                                 : fmt::format("kernel lockdown ({})", lockdown);
    return what + " forbids modules that no enrolled key has signed: if modprobe is refused, "
                  "enrol DKMS's key (mokutil --import /var/lib/dkms/mok.pub, then reboot), see "
                  "SECURE BOOT in leakctl(8)";
}

Error module_not_loaded(const LoadPolicy& policy) {
    std::string message = "module not loaded; load it: modprobe ghostmem";
    if (policy.signed_only())
        message += "; " + policy.advice();
    return {ErrorKind::no_module, message};
}

} // namespace ghostmem
