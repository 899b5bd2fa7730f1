// Whether the caller may look at the sockets of others.
#pragma once

#include <filesystem>

namespace ghostmem {

/// Whether the caller has CAP_NET_ADMIN in the initial user namespace, which sock_diag requires;
/// the module requires more. The namespace matters because anybody can be root in a user namespace
/// of their own. Reads ROOT/proc/self; false if in doubt.
bool may_see_all_sockets(const std::filesystem::path& root);

} // namespace ghostmem
