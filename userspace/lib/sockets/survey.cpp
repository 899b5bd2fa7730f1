#include "lib/sockets/survey.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/base/units.h"
#include "lib/host/descriptors.h"
#include "lib/host/net_namespaces.h"
#include "lib/host/privilege.h"
#include "lib/host/proc_numbers.h"
#include "lib/model/socket_words.h"

namespace ghostmem {

namespace {

std::string join(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

class Survey {
  public:
    Survey(DiagSource& diag, const std::filesystem::path& root)
        : diag_(diag), namespaces_(NetNamespaces::read(root)),
          descriptors_(Descriptors::read(root)), all_(may_see_all_sockets(root)) {
        std::error_code none;
        const auto link = std::filesystem::read_symlink(root / "proc/self", none);
        self_ = number_of<uint32_t>(link.native()).value_or(0);
    }

    SocketSurvey run() {
        Census& census = found_.dump.census;
        census.held.bytes = 0;
        census.held.truesize_bytes = 0;
        for (const NetNamespace& where : namespaces_.all())
            visit(where);
        name_listeners();
        census.sockets = static_cast<uint32_t>(found_.dump.sockets.size());
        for (const Socket& socket : found_.dump.sockets)
            add(census.held, socket.held);
        notes();
        return std::move(found_);
    }

  private:
    void visit(const NetNamespace& where) {
        // A caller that may not see all sockets may not enter other namespaces either.
        if (!all_ && !where.path.empty()) {
            ++closed_;
            return;
        }
        try {
            DiagDump dump = diag_.sockets(where);
            ++found_.dump.census.namespaces;
            take(std::move(dump.sockets));
            unanswered_.insert(dump.unanswered.begin(), dump.unanswered.end());
            torn_.insert(dump.torn.begin(), dump.torn.end());
        } catch (const Error& error) {
            // A namespace that no longer exists has no sockets.
            if (error.kind() == ErrorKind::not_permitted)
                ++closed_;
            else if (error.kind() != ErrorKind::unreachable)
                throw;
        }
    }

    void take(std::vector<Socket> sockets) {
        // A dump may contain a socket twice if the socket table changed meanwhile.
        std::unordered_set<uint64_t> seen;
        std::erase_if(sockets, [&](Socket& socket) {
            if (!seen.insert(socket.cookie).second)
                return true;
            if (socket.inode != 0)
                socket.owners = descriptors_.owners(socket.inode);
            socket.owner_count = static_cast<uint32_t>(socket.owners.size());
            return is_ours(socket) || (!all_ && socket.owners.empty());
        });
        append(found_.dump.sockets, std::move(sockets));
    }

    // Whether this process alone has it open: sockets opened for the survey are left out.
    [[nodiscard]] bool is_ours(const Socket& socket) const {
        return !socket.owners.empty() &&
               std::ranges::all_of(socket.owners,
                                   [&](const SocketOwner& owner) { return owner.pid == self_; });
    }

    // A connection that has not been accepted waits in the socket that listens at its address, or
    // at its port on any address.
    void name_listeners() {
        std::map<std::pair<uint32_t, std::string>, uint64_t> listeners;
        for (const Socket& socket : found_.dump.sockets) {
            if (is_listening(socket) && socket.inode != 0)
                listeners[{socket.netns, socket.local}] = socket.inode;
        }
        const auto find = [&](uint32_t netns, const std::string& name) -> uint64_t {
            const auto at = listeners.find({netns, name});
            return at == listeners.end() ? 0 : at->second;
        };
        for (Socket& socket : found_.dump.sockets) {
            if (!socket.has(GHOSTMEM_SOCKET_F_UNACCEPTED))
                continue;
            socket.holder = find(socket.netns, socket.local);
            if (!is_inet(socket))
                continue;
            const std::string port = socket.local.substr(socket.local.rfind(':') + 1);
            for (const char* any : {"0.0.0.0:", "[::]:"}) {
                if (socket.holder == 0)
                    socket.holder = find(socket.netns, any + port);
            }
        }
    }

    static void add(Held& sum, const Held& part) {
        sum.truesize_bytes = *sum.truesize_bytes + part.truesize_bytes.value_or(0);
        if (sum.bytes)
            sum.bytes = part.bytes ? std::optional(*sum.bytes + *part.bytes) : std::nullopt;
    }

    void notes() {
        const auto note = [&](std::string text) { found_.notes.push_back(std::move(text)); };
        if (!all_)
            note("only sockets that you have open are shown, not those of others; run it as root "
                 "for all");
        else if (descriptors_.closed() != 0)
            note(fmt::format("the descriptors of {} may not be read: their sockets have no owner "
                             "here",
                             descriptors_.closed() == 1
                                 ? "1 process"
                                 : fmt::format("{} processes", descriptors_.closed())));
        if (closed_ != 0)
            note(fmt::format("{} may not be entered: their sockets are not shown",
                             count_of(closed_, "network namespace")));
        if (!unanswered_.empty())
            note(fmt::format("this kernel has no sock_diag for {}: those are not shown",
                             join(unanswered_)));
        if (!torn_.empty())
            note(fmt::format("{} sockets kept changing while they were read", join(torn_)));
    }

    DiagSource& diag_;
    NetNamespaces namespaces_;
    Descriptors descriptors_;
    bool all_;
    uint32_t self_ = 0; ///< pid of this process; 0: not known
    SocketSurvey found_;
    uint32_t closed_ = 0;
    std::set<std::string> unanswered_;
    std::set<std::string> torn_;
};

} // namespace

SocketSurvey survey_sockets(DiagSource& diag, const std::filesystem::path& root) {
    return Survey(diag, root).run();
}

} // namespace ghostmem
