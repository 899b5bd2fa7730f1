// Whether the caller may look at what belongs to others.
#pragma once

#include <filesystem>

namespace ghostmem {

/// CAP_NET_ADMIN in the initial user namespace, which is what sock_diag asks for; the module asks
/// for more. Anybody can be root of a user namespace of their own. Reads ROOT/proc/self; in doubt:
/// no.
bool may_see_all_sockets(const std::filesystem::path& root);

} // namespace ghostmem
