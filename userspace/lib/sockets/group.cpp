#include "lib/sockets/group.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "lib/base/units.h"

namespace ghostmem {

namespace {

// Compared by pinned pages or, where there are none, by truesize.
using Weight = std::pair<uint64_t, uint64_t>;

void add(Weight& sum, const Held& held) {
    sum.first += held.pinned ? held.pinned->pages : 0;
    sum.second += held.truesize_bytes.value_or(0);
}

uint64_t pages_of(const Socket& socket) {
    return socket.held.pinned ? socket.held.pinned->pages : 0;
}

uint64_t own_pages(const Socket& socket) {
    const auto& pinned = socket.held.pinned;
    return pinned && pinned->pages > pinned->shared_pages ? pinned->pages - pinned->shared_pages
                                                          : 0;
}

uint64_t less(uint64_t a, uint64_t b) {
    return a > b ? a - b : 0;
}

SocketSituation by_queue(const Socket& socket) {
    constexpr std::array<std::pair<std::string_view, SocketSituation>, 9> queues{{
        {"receive", SocketSituation::unread},
        {"backlog", SocketSituation::unread},
        {"out_of_order", SocketSituation::out_of_order},
        {"error", SocketSituation::errors},
        {"write", SocketSituation::unsent},
        {"retransmit", SocketSituation::unsent},
        {"fragment", SocketSituation::unsent},
        {"rx_ring", SocketSituation::ring},
        {"tx_ring", SocketSituation::ring},
    }};
    std::map<SocketSituation, Weight> weights;
    for (const SocketQueue& queue : socket.queues) {
        const auto* at =
            std::ranges::find(queues, queue.name, [](const auto& each) { return each.first; });
        if (at != queues.end())
            add(weights[at->second], queue.held);
    }
    const auto most =
        std::ranges::max_element(weights, {}, [](const auto& each) { return each.second; });
    return most == weights.end() ? SocketSituation::unread : most->first;
}

// What the sockets of one group have in common: a process, a socket that they wait in, or that
// they are orphans.
using Key = std::tuple<int, uint64_t>;

class Grouping {
  public:
    Grouping(const SocketDump& dump, const SocketHolders& holders, Processes& processes)
        : dump_(dump), holders_(holders), processes_(processes) {
        for (const Socket& socket : dump.sockets) {
            if (pages_of(socket) != 0)
                add(socket);
        }
    }

    std::optional<SocketGroup> worst(uint32_t page_size) {
        SocketGroup* worst = nullptr;
        uint64_t most = 0;
        for (auto& [key, group] : groups_) {
            const uint64_t pages = sum(group.sockets, pages_of);
            if (worst == nullptr || pages > most) {
                worst = &group;
                most = pages;
            }
        }
        if (worst == nullptr)
            return std::nullopt;
        finish(*worst, page_size);
        return std::move(*worst);
    }

  private:
    template <typename Function>
    static uint64_t sum(const std::vector<const Socket*>& sockets, Function value) {
        uint64_t sum = 0;
        for (const Socket* socket : sockets)
            sum += value(*socket);
        return sum;
    }

    // Prefers a process that cannot act, whoever else has the socket open.
    const SocketOwner* responsible(const std::vector<SocketOwner>& owners) {
        const auto cannot = [&](const SocketOwner& owner) {
            const Process& process = processes_.of(owner.pid);
            return process.stopped() || process.traced() || process.stuck();
        };
        const auto known = [](const SocketOwner& owner) { return owner.pid != 0; };
        const auto at = std::ranges::find_if(
            owners, [&](const SocketOwner& owner) { return known(owner) && cannot(owner); });
        if (at != owners.end())
            return &*at;
        const auto any = std::ranges::find_if(owners, known);
        return any != owners.end() ? &*any : nullptr;
    }

    void add(const Socket& socket) {
        const SocketSituation situation = situation_of(socket);
        const bool waits =
            situation == SocketSituation::unaccepted || situation == SocketSituation::in_flight;
        const SocketOwner* who = responsible(waits ? holders_.of(socket) : socket.owners);
        SocketGroup& group = groups_[key_of(socket, situation, who)];
        if (who != nullptr && !group.who) {
            group.who = *who;
            group.process = processes_.of(who->pid);
        }
        group.sockets.push_back(&socket);
        group.unaccepted += situation == SocketSituation::unaccepted ? 1 : 0;
        group.read_ms = std::max(group.read_ms, socket.read_ms);
        group.oldest_ms = std::max(group.oldest_ms, socket.oldest_ms);
        group.shared_with_others |= std::ranges::any_of(
            socket.owners, [&](const SocketOwner& owner) { return who && owner.pid != who->pid; });
    }

    static Key key_of(const Socket& socket, SocketSituation situation, const SocketOwner* who) {
        switch (situation) {
        case SocketSituation::orphan:
            return {0, 0};
        case SocketSituation::kernel:
        case SocketSituation::unowned:
            return {1, socket.cookie};
        case SocketSituation::in_flight:
            return {2, socket.holder};
        case SocketSituation::ring:
            return {3, who != nullptr ? who->pid : 0};
        case SocketSituation::unaccepted:
            return who != nullptr ? Key{4, who->pid} : Key{5, socket.holder};
        default:
            return who != nullptr ? Key{4, who->pid} : Key{1, socket.cookie};
        }
    }

    // Computes the bounds: pages that sockets of other groups pin alone are not pinned by this
    // group; pages that none of them can pin are.
    void finish(SocketGroup& group, uint32_t page_size) const {
        std::ranges::stable_sort(group.sockets, std::ranges::greater(),
                                 [](const Socket* socket) { return pages_of(*socket); });
        std::map<SocketSituation, uint64_t> weights;
        for (const Socket* socket : group.sockets)
            weights[situation_of(*socket)] += pages_of(*socket);
        group.situation = std::ranges::max_element(weights, {}, [](const auto& each) {
                              return each.second;
                          })->first;

        const std::set<const Socket*> members(group.sockets.begin(), group.sockets.end());
        const uint64_t total = dump_.census.held.pinned ? dump_.census.held.pinned->pages : 0;
        uint64_t others = 0;
        uint64_t others_alone = 0;
        uint64_t least = UINT64_MAX;
        for (const Socket& socket : dump_.sockets) {
            least = std::min(least, pages_of(socket));
            if (members.contains(&socket))
                continue;
            others += pages_of(socket);
            others_alone += own_pages(socket);
        }
        // Sockets that were not reported pin no more than the last one that was.
        const uint64_t untold = less(dump_.census.sockets, dump_.sockets.size());
        group.cut = untold != 0 && least != 0;
        others += untold * least;
        const uint64_t most = std::min(sum(group.sockets, pages_of), less(total, others_alone));
        const uint64_t least_freed = std::max(sum(group.sockets, own_pages), less(total, others));
        group.pins_bytes =
            pages_to_bytes(std::max(most, pages_of(*group.sockets.front())), page_size);
        group.frees_bytes = std::min(pages_to_bytes(least_freed, page_size), group.pins_bytes);
    }

    const SocketDump& dump_;
    const SocketHolders& holders_;
    Processes& processes_;
    std::map<Key, SocketGroup> groups_;
};

} // namespace

SocketSituation situation_of(const Socket& socket) {
    if (socket.has(GHOSTMEM_SOCKET_F_KERNEL))
        return SocketSituation::kernel;
    if (socket.has(GHOSTMEM_SOCKET_F_IN_FLIGHT))
        return SocketSituation::in_flight;
    if (socket.has(GHOSTMEM_SOCKET_F_UNACCEPTED))
        return SocketSituation::unaccepted;
    if (socket.has(GHOSTMEM_SOCKET_F_ORPHAN))
        return SocketSituation::orphan;
    if (socket.owner_count == 0)
        return SocketSituation::unowned;
    return by_queue(socket);
}

std::optional<SocketGroup> worst_group(const SocketDump& dump, uint32_t page_size,
                                       const SocketHolders& holders, Processes& processes) {
    return Grouping(dump, holders, processes).worst(page_size);
}

} // namespace ghostmem
