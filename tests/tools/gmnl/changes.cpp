#include "gmnl/changes.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/attributes.h"
#include "gmnl/error.h"
#include "gmnl/socket.h"
#include "gmnl/tap.h"

namespace gmnl {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

// More changes than may wait at a time.
constexpr size_t too_many = 40;

// Measures a request to generic netlink's control family, which always exists, about itself.
microseconds other_request(Socket& socket) {
    Request request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, do_flags, 1);
    request.put<uint16_t>(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL);
    const auto begin = steady_clock::now();
    const int error = ask(socket, request).verdict.error;
    if (error != 0)
        throw std::runtime_error("nlctrl: " + name_of_errno(error));
    return duration_cast<microseconds>(steady_clock::now() - begin);
}

// Returns the change that status reports as under way; 0: none.
uint32_t change_under_way(const Peer& peer, Socket& socket) {
    const Answer answer = ask(socket, peer.status_request());
    if (answer.verdict.error != 0 || answer.messages.size() != 1)
        throw std::runtime_error("status failed: " + name_of_errno(answer.verdict.error));
    const Attributes top = answer.messages.front().attributes();
    const Attributes status = attributes_of(top.at(GHOSTMEM_A_STATUS));
    return value_of<uint32_t>(status, GHOSTMEM_STATUS_A_CHANGE).value_or(0);
}

// Returns the acknowledgment if it has already arrived.
std::optional<int> acknowledged(Socket& socket) {
    for (const Message& message : socket.receive(large_buffer, MSG_DONTWAIT)) {
        if (message.ends())
            return verdict_of(message).error;
    }
    return std::nullopt;
}

void meanwhile(Tap& tap, const Peer& peer, const std::string& name, const Request& request,
               uint32_t change) {
    Socket asker;
    Socket other;
    size_t answered = 0;
    microseconds worst{0};
    bool seen = false;
    asker.send(request);
    std::optional<int> error = acknowledged(asker);
    while (!error) {
        seen = change_under_way(peer, other) == change || seen;
        worst = std::max(worst, other_request(other));
        error = acknowledged(asker);
        answered += error ? 0 : 1;
    }
    tap.check(*error == 0, name + ": done", name_of_errno(*error));
    tap.check(answered > 0,
              name + ": other requests are answered meanwhile (" + std::to_string(answered) +
                  ", the longest took " + std::to_string(worst.count()) + " us)",
              "none was");
    tap.check(seen, name + ": status says what is under way", "it does not");
}

void in_order(Tap& tap, const Peer& peer) {
    Socket socket;
    for (const uint32_t mode :
         {GHOSTMEM_MODE_EXACT, GHOSTMEM_MODE_OFF, GHOSTMEM_MODE_SAMPLED, GHOSTMEM_MODE_EXACT})
        socket.send(peer.mode_request(mode));
    std::string errors;
    for (int i = 0; i < 4; ++i)
        errors += std::to_string(answer_of(socket).verdict.error) + " ";
    tap.check(errors == "0 0 0 0 ", "four at once: each is acknowledged", errors);
    tap.check(peer.state().mode == GHOSTMEM_MODE_EXACT, "and the last one holds",
              peer.state().text());
}

void of_one_who_leaves(Tap& tap, const Peer& peer) {
    {
        Socket socket;
        socket.send(peer.mode_request(GHOSTMEM_MODE_OFF));
    }
    for (int left = 1000; left > 0 && peer.state().mode != GHOSTMEM_MODE_OFF; --left)
        std::this_thread::sleep_for(10ms);
    tap.check(peer.state().mode == GHOSTMEM_MODE_OFF, "asked for by one who leaves: done",
              peer.state().text());
}

void more_than_wait(Tap& tap, const Peer& peer) {
    Socket socket;
    size_t done = 0;
    size_t busy = 0;
    std::string why;
    const Request short_one =
        peer.request(GHOSTMEM_CMD_CONFIG_SET).abi().nest(config_nest, [](Request& in) {
            in.put<uint32_t>(GHOSTMEM_CONFIG_A_BUDGET_PPM, 10000);
        });
    socket.send(peer.mode_request(GHOSTMEM_MODE_EXACT));
    for (size_t i = 1; i < too_many; ++i)
        socket.send(short_one);
    for (size_t i = 0; i < too_many; ++i) {
        const Verdict verdict = answer_of(socket).verdict;
        done += verdict.error == 0 ? 1 : 0;
        busy += verdict.error == EBUSY ? 1 : 0;
        why = verdict.error == EBUSY ? verdict.extack : why;
    }
    tap.check(done > 0 && busy > 0 && done + busy == too_many,
              "more than may wait: some are refused",
              std::to_string(done) + " done, " + std::to_string(busy) + " busy");
    tap.check(why.find("wait") != std::string::npos, "and told why", "'" + why + "'");
}

} // namespace

int changes(const Peer& peer) {
    Tap tap;
    meanwhile(tap, peer, "mode exact", peer.mode_request(GHOSTMEM_MODE_EXACT),
              GHOSTMEM_CHANGE_ARMING);
    meanwhile(tap, peer, "reset", peer.request(GHOSTMEM_CMD_RESET).abi(),
              GHOSTMEM_CHANGE_RESETTING);
    meanwhile(tap, peer, "mode off", peer.mode_request(GHOSTMEM_MODE_OFF),
              GHOSTMEM_CHANGE_DISARMING);
    in_order(tap, peer);
    of_one_who_leaves(tap, peer);
    more_than_wait(tap, peer);
    of_one_who_leaves(tap, peer);
    return tap.exit_code();
}

int leave_changes(const Peer& peer) {
    Socket socket;
    for (int i = 0; i < 4; ++i) {
        socket.send(peer.mode_request(GHOSTMEM_MODE_EXACT));
        socket.send(peer.mode_request(GHOSTMEM_MODE_OFF));
    }
    return 0;
}

int longest(size_t count) {
    Socket socket;
    microseconds worst{0};
    for (size_t i = 0; i < count; ++i)
        worst = std::max(worst, other_request(socket));
    std::cout << worst.count() << std::endl;
    return 0;
}

} // namespace gmnl
