#include "output/text/socket_cells.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "lib/base/units.h"

namespace ghostmem::output::text {

std::string bytes_cell(const std::optional<uint64_t>& bytes) {
    return bytes ? format_bytes(*bytes) : "-";
}

std::string pinned_cell(const Socket& socket, uint32_t page_size) {
    const bool at_least =
        socket.has(GHOSTMEM_SOCKET_F_PARTIAL) || socket.has(GHOSTMEM_SOCKET_F_BUSY);
    return (at_least ? ">" : "") + bytes_cell(socket.held.pinned_bytes(page_size));
}

std::string amplification_cell(const Held& held, uint32_t page_size) {
    constexpr double whole_from = 100;
    const auto amplification = held.amplification(page_size);
    if (!amplification || held.pinned->pages == 0)
        return "-";
    return *amplification < whole_from ? fmt::format("{:.1f}x", *amplification)
                                       : fmt::format("{:.0f}x", *amplification);
}

std::string idle_cell(const Socket& socket) {
    const auto idle = socket.idle_ms();
    return idle ? format_age(*idle / 1000) : "-";
}

std::string owner_words(const SocketOwner& owner) {
    const std::string pid = owner.pid == 0 ? "?" : std::to_string(owner.pid);
    return fmt::format("{}[{}] fd {}", owner.comm, pid, owner.fd);
}

std::string process_cell(const Socket& socket) {
    if (!socket.owners.empty())
        return owner_words(socket.owners.front());
    switch (situation_of(socket)) {
    case SocketSituation::kernel:
        return "(kernel)";
    case SocketSituation::in_flight:
        return "(in flight)";
    case SocketSituation::unaccepted:
        return "(not accepted)";
    case SocketSituation::orphan:
        return "(orphan)";
    default:
        return "(none seen)";
    }
}

std::string address_words(const Socket& socket) {
    std::string text = socket.family == AF_NETLINK || socket.family == AF_PACKET
                           ? protocol_word(socket) + " "
                           : "";
    if (is_inet(socket) && kind_label(socket).starts_with("raw"))
        text = protocol_word(socket) + " ";
    text += socket.local;
    if (!socket.remote.empty())
        text += (socket.local.empty() ? "to " : " - ") + socket.remote;
    if (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

std::string holder_words(const Socket& socket, const SocketsReport& report) {
    const bool in_flight = socket.has(GHOSTMEM_SOCKET_F_IN_FLIGHT);
    if (!in_flight && !socket.has(GHOSTMEM_SOCKET_F_UNACCEPTED))
        return {};
    if (socket.holder == 0)
        return in_flight ? "in flight in a socket that has no file either" : "listener not known";
    std::string text = fmt::format(
        "{} inode {}", in_flight ? "in flight in unix socket" : "listener", socket.holder);
    const std::vector<SocketOwner>& owners = report.holders.of(socket);
    return owners.empty() ? text : text + " of " + owner_words(owners.front());
}

std::vector<std::string> doubt_words(const Socket& socket) {
    std::vector<std::string> words;
    if (socket.has(GHOSTMEM_SOCKET_F_BUSY))
        words.emplace_back("busy: only its backlog was seen");
    if (socket.has(GHOSTMEM_SOCKET_F_CHANGED))
        words.emplace_back("changed while it was looked at");
    if (socket.has(GHOSTMEM_SOCKET_F_PARTIAL))
        words.emplace_back("not seen to its end");
    return words;
}

std::string netns_words(const Socket& socket, const SocketsReport& report) {
    const auto name = report.netns_names.find(socket.netns);
    return name == report.netns_names.end() ? std::to_string(socket.netns)
                                            : fmt::format("{} ({})", socket.netns, name->second);
}

} // namespace ghostmem::output::text
