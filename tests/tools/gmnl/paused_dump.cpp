#include "gmnl/paused_dump.h"

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "gmnl/dump.h"
#include "gmnl/patience.h"

namespace gmnl {

Paused pause_dump(const Peer& peer) {
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    dump.take(socket.receive(small_buffer));
    if (dump.finished())
        return {std::nullopt, dump.verdict()};
    return {std::move(socket), {}};
}

Paused pause_dump_patiently(const Peer& peer, size_t& retries) {
    return patiently([&] { return pause_dump(peer); },
                     [](const Paused& paused) { return paused.refusal.error == EBUSY; }, retries);
}

void check_none_leaked(Tap& tap, const Peer& peer) {
    std::vector<Socket> open;
    size_t retries = 0;
    while (open.size() < dumps_max) {
        Paused paused = pause_dump_patiently(peer, retries);
        if (!paused.socket)
            break;
        open.push_back(std::move(*paused.socket));
    }
    tap.check(open.size() == dumps_max, "no place among the dumps has leaked",
              "only " + std::to_string(open.size()) + " could be opened");
}

} // namespace gmnl
