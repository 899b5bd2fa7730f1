// All sockets that can be seen without the module.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/model/census.h"
#include "lib/sock_diag/source.h"

namespace ghostmem {

struct SocketSurvey {
    SocketDump dump;                ///< with owners; nothing is known of what is pinned
    std::vector<std::string> notes; ///< what is not there, and why: sentences without full stops
};

/// Of every network namespace that something in sight holds, with the processes that have them
/// open. Whoever may not see all sockets sees those that a descriptor refers to which they may
/// read, and no other: neither orphans nor what has not been accepted.
SocketSurvey survey_sockets(DiagSource& diag, const std::filesystem::path& root);

} // namespace ghostmem
