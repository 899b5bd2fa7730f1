// What `leakctl sockets` and `leakctl status` report about sockets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/host/process.h"
#include "lib/host/socket_holders.h"
#include "lib/model/module_source.h"
#include "lib/sock_diag/source.h"
#include "lib/sockets/finding.h"
#include "lib/sockets/query.h"

namespace ghostmem {

enum class SocketOrigin { module, sock_diag };

std::string_view name_of(SocketOrigin origin);

struct SocketQuery {
    SocketListOptions list;
    std::optional<std::string> netns; ///< as NetNamespaces::resolve() takes it
};

struct SocketsReport {
    SocketOrigin origin = SocketOrigin::module;
    std::string why_not_module; ///< a sentence without its full stop
    uint32_t page_size = 0;
    Census census;
    SocketListOptions options;
    SocketSelection selection;
    SocketHolders holders;                       ///< of those selected
    std::map<uint32_t, Process> processes;       ///< their first owners and those of their holders
    uint32_t own_netns = 0;                      ///< the caller's
    std::map<uint32_t, std::string> netns_names; ///< those that have one
    std::vector<std::string> notes;              ///< sentences without their full stops

    /// nullptr: not known.
    [[nodiscard]] const Process* process(uint32_t pid) const;
};

/// Uses the module or, if that is not loaded, not reachable, too old or not permitted to the
/// caller, sock_diag. Throws Error(io) if no socket has the requested inode.
SocketsReport gather_sockets(ModuleSource& kernel, DiagSource& diag,
                             const std::filesystem::path& root, const SocketQuery& query);

/// What `status` reports: the sums, the sockets that pin most, and a finding about the worst.
struct SocketSummary {
    SocketDump dump; ///< not all sockets
    std::optional<SocketFinding> worst;
};

SocketSummary summarize_sockets(ModuleSource& kernel, const std::filesystem::path& root,
                                uint32_t page_size);

} // namespace ghostmem
