#include "lib/sockets/finding.h"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/model/socket_words.h"

namespace ghostmem {

namespace {

// A shorter time without a read is normal and is not mentioned.
constexpr uint64_t idle_worth_a_word_ms = 10'000;
// Two bounds with at least this ratio are shown as one figure.
constexpr double as_good_as = 0.98;

class Telling {
  public:
    explicit Telling(const SocketGroup& group) : group_(group) {}

    SocketFinding run() {
        SocketFinding finding;
        finding.situation = situation();
        finding.who = group_.who;
        finding.process_state = group_.process.state_words();
        finding.cannot_act = cannot_act();
        finding.sockets = group_.sockets.size();
        finding.pinned_bytes = group_.pins_bytes;
        finding.frees_bytes = group_.frees_bytes;
        finding.idle_ms = group_.read_ms ? group_.read_ms : group_.oldest_ms;
        finding.worst = worst();
        finding.sentence = sentence();
        finding.remedy = remedy();
        return finding;
    }

  private:
    [[nodiscard]] const Socket& worst() const { return *group_.sockets.front(); }
    // Without a known owner these situations have no "who", so the socket is called unowned.
    [[nodiscard]] SocketSituation situation() const {
        switch (group_.situation) {
        case SocketSituation::unread:
        case SocketSituation::out_of_order:
        case SocketSituation::errors:
        case SocketSituation::unsent:
        case SocketSituation::ring:
            return group_.who ? group_.situation : SocketSituation::unowned;
        default:
            return group_.situation;
        }
    }
    [[nodiscard]] bool single() const { return group_.sockets.size() == 1; }
    // Every process waits in the kernel now and then; a stuck one also leaves something unread.
    [[nodiscard]] bool stuck() const {
        return group_.process.stuck() &&
               (long_enough(group_.read_ms) || long_enough(group_.oldest_ms));
    }
    [[nodiscard]] bool cannot_act() const {
        return group_.process.stopped() || group_.process.traced() || stuck();
    }

    [[nodiscard]] std::string name() const {
        return fmt::format("{}[{}]", group_.who->comm, group_.who->pid);
    }
    [[nodiscard]] std::string fd() const { return fmt::format("fd {}", group_.who->fd); }
    /// "nginx[812] fd 11"; for several sockets "nginx[812]".
    [[nodiscard]] std::string subject() const { return single() ? name() + " " + fd() : name(); }
    [[nodiscard]] std::string number(std::string_view noun) const {
        const std::string count = count_of(group_.sockets.size(), noun);
        return group_.cut ? "at least " + count : count;
    }
    /// " in 12 sockets"; empty for one.
    [[nodiscard]] std::string within() const { return single() ? "" : " in " + number("socket"); }
    /// " in 12 sockets, 3 of which it has not accepted,"
    [[nodiscard]] std::string unread_within() const {
        return within() +
               (group_.unaccepted == 0 || single()
                    ? ""
                    : fmt::format(", {} of which it has not accepted,", group_.unaccepted));
    }

    [[nodiscard]] std::string amount_in(std::initializer_list<std::string_view> queues) const {
        uint64_t bytes = 0;
        for (const Socket* socket : group_.sockets) {
            for (const std::string_view each : queues) {
                const SocketQueue* queue = socket->queue(each);
                bytes += queue != nullptr ? queue->held.bytes.value_or(0) : 0;
            }
        }
        return format_bytes(bytes);
    }
    [[nodiscard]] std::string unread() const {
        return amount_in({"receive", "backlog", "out_of_order"});
    }
    [[nodiscard]] std::string unsent() const { return amount_in({"write", "retransmit"}); }

    [[nodiscard]] bool tight() const {
        return static_cast<double>(group_.frees_bytes) >=
               static_cast<double>(group_.pins_bytes) * as_good_as;
    }
    [[nodiscard]] std::string pins() const {
        return (tight() || single() ? "" : "up to ") + format_bytes(group_.pins_bytes);
    }
    [[nodiscard]] std::string frees() const {
        if (group_.frees_bytes == 0)
            return "nothing that other sockets do not hold as well";
        return (tight() ? "" : "at least ") + format_bytes(group_.frees_bytes);
    }

    static std::string age(uint64_t ms) { return format_age(ms / 1000); }
    static bool long_enough(const std::optional<uint64_t>& ms) {
        return ms && *ms >= idle_worth_a_word_ms;
    }

    [[nodiscard]] std::string unread_sentence() const {
        const std::string most = single() ? "" : "up to ";
        if (cannot_act())
            return fmt::format("{} is {} with {} unread{} that pins {}", name(),
                               group_.process.state_words(), unread(),
                               single() ? " on " + fd() : unread_within(), pins());
        if (long_enough(group_.read_ms))
            return fmt::format("{} has not read for {}{}: {} unread{} pins {}", subject(), most,
                               age(*group_.read_ms), unread(), unread_within(), pins());
        if (long_enough(group_.oldest_ms))
            return fmt::format("{} has {} unread{}, the oldest of it for {}, that pins {}",
                               subject(), unread(), unread_within(), age(*group_.oldest_ms),
                               pins());
        return fmt::format("{} has {} unread{} that pins {}", subject(), unread(), unread_within(),
                           pins());
    }

    [[nodiscard]] std::string unaccepted_sentence() const {
        const std::string listener =
            fmt::format("the listening socket of inode {}", worst().holder);
        const std::string what = number("connection");
        const std::string data = fmt::format("with {} unread that pins {}", unread(), pins());
        if (!group_.who)
            return fmt::format("{} {} in {}, which no process that can be seen has open, {}", what,
                               single() ? "waits" : "wait", listener, data);
        if (cannot_act())
            return fmt::format("{} is {} and has not accepted {} at {}, {}", name(),
                               group_.process.state_words(), what, listener, data);
        return fmt::format("{} has not accepted {} at {}, {}", name(), what, listener, data);
    }

    [[nodiscard]] std::string in_flight_sentence() const {
        const std::string what =
            single() ? fmt::format("A {} socket (inode {})", kind_label(worst()), worst().inode)
                     : fmt::format("{} sockets", group_.sockets.size());
        const std::string to =
            group_.who ? fmt::format("{} fd {}, which has not received {}", name(), group_.who->fd,
                                     single() ? "it" : "them")
            : worst().holder != 0
                ? fmt::format("the unix socket of inode {}, which nobody seen reads",
                              worst().holder)
                : "a unix socket that is itself in flight";
        return fmt::format("{} sent to {}, {} {} unread that pins {}", what, to,
                           single() ? "has" : "have", unread(), pins());
    }

    [[nodiscard]] std::string described() const {
        const Socket& socket = worst();
        std::string text = kind_label(socket) + " socket";
        if (socket.inode != 0)
            text += fmt::format(" (inode {})", socket.inode);
        if (!socket.local.empty())
            text += " " + socket.local;
        return text;
    }

    [[nodiscard]] std::string sentence() const {
        switch (situation()) {
        case SocketSituation::unread:
            break;
        case SocketSituation::out_of_order:
            return fmt::format("{} waits for data that got lost on the way: {} behind it{} pins {}",
                               subject(), unread(), within(), pins());
        case SocketSituation::errors:
            return fmt::format("{} does not read its error queue{}, which pins {}", subject(),
                               within(), pins());
        case SocketSituation::unsent:
            return fmt::format("{} has {} to send{} that {} does not take: that pins {}", subject(),
                               unsent(), within(),
                               single() && !worst().remote.empty() ? worst().remote : "the peer",
                               pins());
        case SocketSituation::ring:
            return fmt::format("{} has asked for packet rings{} of {}", subject(), within(),
                               pins());
        case SocketSituation::unaccepted:
            return unaccepted_sentence();
        case SocketSituation::in_flight:
            return in_flight_sentence();
        case SocketSituation::orphan:
            return fmt::format("{} whose process has closed {} ({}) {} {} to send that pins {}",
                               single() ? "A connection" : number("connection"),
                               single() ? "it" : "them", state_label(worst()),
                               single() ? "has" : "have", unsent(), pins());
        case SocketSituation::kernel:
            return fmt::format("The kernel's own {} pins {}", described(), pins());
        case SocketSituation::unowned:
            return fmt::format("A {} that no process in sight has open pins {}", described(),
                               pins());
        }
        return unread_sentence();
    }

    // The remedy if a known process has to act.
    [[nodiscard]] std::string process_remedy() const {
        const Process& process = group_.process;
        const uint32_t pid = group_.who->pid;
        if (stuck())
            return fmt::format("no signal ends it: see in /proc/{}/stack what it waits for", pid);
        const std::string restart =
            fmt::format("restarting it{} frees {}",
                        group_.shared_with_others ? ", and what else has them open," : "", frees());
        if (process.stopped())
            return fmt::format("kill -CONT {} lets it go on, {}", pid, restart);
        if (process.traced())
            return fmt::format("detach its debugger, or {}", restart);
        return restart;
    }

    [[nodiscard]] std::string remedy() const {
        switch (situation()) {
        case SocketSituation::kernel:
        case SocketSituation::unowned:
            return {};
        case SocketSituation::orphan: {
            std::string state = state_label(worst());
            std::ranges::transform(state, state.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            return fmt::format("the peer's answer or a time-out ends {}, ss -K state {} at once",
                               single() ? "it" : "them", state);
        }
        case SocketSituation::ring:
            return group_.who ? "ending it, or a smaller ring, frees " + frees() : "";
        case SocketSituation::in_flight:
            return group_.who ? fmt::format("restarting {} closes {} and frees {}", name(),
                                            single() ? "it" : "them", frees())
                              : "";
        default:
            return group_.who ? process_remedy() : "";
        }
    }

    const SocketGroup& group_;
};

} // namespace

std::string SocketFinding::text() const {
    return remedy.empty() ? sentence + "." : sentence + "; " + remedy + ".";
}

SocketFinding tell(const SocketGroup& group) {
    return Telling(group).run();
}

} // namespace ghostmem
