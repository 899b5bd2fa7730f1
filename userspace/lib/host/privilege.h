// Whether the caller may look at the sockets and the processes of others.
#pragma once

#include <filesystem>

namespace ghostmem {

/// Whether the caller has CAP_NET_ADMIN in the initial user namespace, which sock_diag requires;
/// the module requires more. The namespace matters because anybody can be root in a user namespace
/// of their own. Reads ROOT/proc/self; false if in doubt.
bool may_see_all_sockets(const std::filesystem::path& root);

/// How much of the host's tasks the caller sees. In doubt: not.
struct TaskSight {
    bool inspect = false; ///< stacks, system calls and descriptors of all of them
    bool list = false;    ///< all of them, whoever's they are (no hidepid)
    bool outside = false; ///< also those outside of a pid namespace
};

TaskSight sight_of_tasks(const std::filesystem::path& root);

} // namespace ghostmem
