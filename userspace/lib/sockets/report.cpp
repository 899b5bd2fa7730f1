#include "lib/sockets/report.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/host/net_namespaces.h"
#include "lib/sockets/survey.h"

namespace ghostmem {

namespace {

// As many connections as a server may have, so that the memory which its restart frees is known:
// sockets that were not reported might pin as much again. Each takes a message of at most a KiB.
constexpr uint32_t summary_sockets = 16384;

// The module has no filters, and only this order.
std::optional<uint32_t> top_for(const SocketListOptions& options) {
    if (!options.top || options.filter.any() || options.sort != SocketSortKey::pinned)
        return std::nullopt;
    return static_cast<uint32_t>(
        std::min<size_t>(*options.top, std::numeric_limits<uint32_t>::max()));
}

bool can_do_without(ErrorKind kind) {
    return kind == ErrorKind::no_module || kind == ErrorKind::unreachable ||
           kind == ErrorKind::loading || kind == ErrorKind::not_permitted ||
           kind == ErrorKind::unsupported;
}

SocketDump dump_of(ModuleSource& kernel, DiagSource& diag, const std::filesystem::path& root,
                   SocketsReport& report) {
    try {
        report.page_size = kernel.status().page_size;
        SocketDump dump = kernel.sockets(top_for(report.options));
        report.origin = SocketOrigin::module;
        return dump;
    } catch (const Error& error) {
        if (!can_do_without(error.kind()))
            throw;
        report.why_not_module = error.what();
    }
    report.origin = SocketOrigin::sock_diag;
    report.page_size = static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
    SocketSurvey survey = survey_sockets(diag, root);
    report.notes = std::move(survey.notes);
    return std::move(survey.dump);
}

void read_processes(SocketsReport& report, const std::filesystem::path& root) {
    Processes processes(root);
    const auto read = [&](const std::vector<SocketOwner>& owners) {
        if (!owners.empty() && owners.front().pid != 0)
            report.processes.try_emplace(owners.front().pid, processes.of(owners.front().pid));
    };
    for (const Socket& socket : report.selection.sockets) {
        read(socket.owners);
        read(report.holders.of(socket));
    }
}

void name_namespaces(SocketsReport& report, const NetNamespaces& namespaces) {
    report.own_netns = namespaces.own();
    for (const Socket& socket : report.selection.sockets) {
        const std::string name = namespaces.name_of(socket.netns);
        if (!name.empty())
            report.netns_names.try_emplace(socket.netns, name);
    }
}

} // namespace

std::string_view name_of(SocketOrigin origin) {
    return origin == SocketOrigin::module ? "module" : "sock_diag";
}

const Process* SocketsReport::process(uint32_t pid) const {
    const auto at = processes.find(pid);
    return at == processes.end() ? nullptr : &at->second;
}

SocketsReport gather_sockets(ModuleSource& kernel, DiagSource& diag,
                             const std::filesystem::path& root, const SocketQuery& query) {
    SocketsReport report;
    report.options = query.list;
    const NetNamespaces namespaces = NetNamespaces::read(root);
    if (query.netns)
        report.options.filter.netns = namespaces.resolve(*query.netns);
    SocketDump dump = dump_of(kernel, diag, root, report);
    report.census = std::move(dump.census);
    // Holders are found among all sockets, and then only those selected are kept.
    report.holders = SocketHolders(dump.sockets, root);
    report.selection = select_sockets(std::move(dump.sockets), report.options);
    if (query.list.filter.inode && report.selection.matched == 0)
        throw Error(ErrorKind::io,
                    fmt::format("no socket has inode {}{}; see: leakctl sockets",
                                *query.list.filter.inode,
                                report.notes.empty() ? "" : " (" + report.notes.front() + ")"));
    read_processes(report, root);
    name_namespaces(report, namespaces);
    return report;
}

SocketSummary summarize_sockets(ModuleSource& kernel, const std::filesystem::path& root,
                                uint32_t page_size) {
    SocketSummary summary;
    summary.dump = kernel.sockets(summary_sockets);
    const SocketHolders holders(summary.dump.sockets, root);
    Processes processes(root);
    if (const auto group = worst_group(summary.dump, page_size, holders, processes))
        summary.worst = tell(*group);
    return summary;
}

} // namespace ghostmem
