// All sockets that can be seen without the module.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/model/census.h"
#include "lib/sock_diag/source.h"

namespace ghostmem {

struct SocketSurvey {
    SocketDump dump;                ///< with owners, but without what is pinned
    std::vector<std::string> notes; ///< what is missing, and why: sentences without full stops
};

/// Returns the sockets of every network namespace that a visible process or file refers to, with
/// the processes that have them open. A caller that may not see all sockets gets only those of
/// descriptors that it may read: neither orphans nor connections that have not been accepted.
SocketSurvey survey_sockets(DiagSource& diag, const std::filesystem::path& root);

} // namespace ghostmem
