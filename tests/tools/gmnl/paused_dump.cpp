#include "gmnl/paused_dump.h"

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmnl/dump.h"

namespace gmnl {

using namespace std::chrono_literals;

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
    for (int attempt = 0; attempt < 500; ++attempt) {
        Paused paused = pause_dump(peer);
        if (paused.refusal.error != EBUSY)
            return paused;
        ++retries;
        std::this_thread::sleep_for(10ms);
    }
    return pause_dump(peer);
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
