#include "gmnl/dump_scenarios.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/dump.h"
#include "gmnl/error.h"
#include "gmnl/paused_dump.h"
#include "gmnl/socket.h"
#include "gmnl/state.h"
#include "gmnl/tap.h"
#include "gmnl/verdict.h"

namespace gmnl {

int slow_dump(const Peer& peer, std::chrono::milliseconds pause) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    const State before = peer.state();
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    while (!dump.finished()) {
        dump.take(socket.receive(small_buffer));
        if (dump.datagrams() == 1 && !dump.finished())
            std::this_thread::sleep_for(pause);
    }
    check_dump(tap, dump, "slow dump");
    tap.check(dump.datagrams() >= datagrams_wanted, "slow dump: several datagrams", dump.text());
    tap.check(peer.state() == before, "slow dump: status unchanged", peer.state().text());
    return tap.exit_code();
}

int interrupted_dump(const Peer& peer, const std::string& meanwhile) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    const State before = peer.state();
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    dump.take(socket.receive(small_buffer));
    tap.check(!dump.finished() && !dump.interrupted(), "reset in mid-dump: under way before it",
              dump.text());
    Socket other;
    const Verdict reset = ask(other, peer.request(GHOSTMEM_CMD_RESET).abi()).verdict;
    tap.check(reset.error == 0, "reset in mid-dump: accepted", name_of_errno(reset.error));
    const int status = std::system(meanwhile.c_str());
    tap.check(status == 0, "reset in mid-dump: new sites are made",
              meanwhile + ": status " + std::to_string(status));

    // The kernel filled the next datagram when the first one was read, so it predates the reset.
    dump.take(socket.receive(small_buffer));
    Dump rest;
    while (!rest.finished())
        rest.take(socket.receive(small_buffer));
    tap.check(rest.sites() == 0, "reset in mid-dump: no site of another generation follows",
              rest.text());
    tap.check(rest.verdict().dump && rest.verdict().interrupted,
              "reset in mid-dump: NLMSG_DONE is marked as interrupted",
              "error " + name_of_errno(rest.verdict().error));
    const State after = peer.state();
    tap.check(after.generation == before.generation + 1 && after.mode == before.mode,
              "reset in mid-dump: the generation is the next one", after.text());
    const Dump fresh = whole_dump(peer);
    check_dump(tap, fresh, "dump after the reset");
    tap.check(fresh.last_id() > dump.last_id(),
              "reset in mid-dump: the next generation has sites where the rest would have been",
              std::to_string(fresh.last_id()) + " is the last, the rest began after " +
                  std::to_string(dump.last_id()));
    return tap.exit_code();
}

int abandon_dump(const Peer& peer, size_t times) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    size_t abandoned = 0;
    size_t retries = 0;
    Verdict refusal;
    while (abandoned < times) {
        const Paused paused = pause_dump_patiently(peer, retries);
        if (!paused.socket) {
            refusal = paused.refusal;
            break;
        }
        ++abandoned;
    }
    tap.check(abandoned == times, std::to_string(times) + " dumps abandoned",
              "number " + std::to_string(abandoned) + ": " + name_of_errno(refusal.error));
    std::cout << "# busy for a moment " << retries << " times" << std::endl;
    check_none_leaked(tap, peer);
    check_dump(tap, whole_dump(peer), "dump afterwards");
    return tap.exit_code();
}

int many_dumps(const Peer& peer, size_t count) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    {
        std::vector<Socket> open;
        std::vector<Verdict> refused;
        for (size_t i = 0; i < count; ++i) {
            Paused paused = pause_dump(peer);
            if (paused.socket)
                open.push_back(std::move(*paused.socket));
            else
                refused.push_back(paused.refusal);
        }
        const size_t allowed = std::min(count, dumps_max);
        tap.check(open.size() == allowed, std::to_string(allowed) + " dumps at once",
                  std::to_string(open.size()) + " were let in");
        tap.check(std::ranges::all_of(refused, [](const Verdict& v) { return v.error == EBUSY; }),
                  "more are refused with EBUSY",
                  refused.empty() ? "" : name_of_errno(refused.front().error));
        tap.check(std::ranges::none_of(refused, [](const Verdict& v) { return v.extack.empty(); }),
                  "more are refused in words", "EBUSY without NLMSGERR_ATTR_MSG");
        bool intact = true;
        for (Socket& socket : open) {
            Dump rest(true);
            while (!rest.finished())
                rest.take(socket.receive(small_buffer));
            intact = intact && rest.verdict().error == 0 && rest.problem().empty();
        }
        tap.check(intact, "the dumps let in are whole", "an error or a disorder");
    }
    check_none_leaked(tap, peer);
    check_dump(tap, whole_dump(peer), "dump afterwards");
    return tap.exit_code();
}

} // namespace gmnl
