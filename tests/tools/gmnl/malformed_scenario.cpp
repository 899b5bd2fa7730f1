#include "gmnl/malformed_scenario.h"

#include <string>
#include <vector>

#include <linux/netlink.h>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/attributes.h"
#include "gmnl/dump.h"
#include "gmnl/error.h"
#include "gmnl/fuzz.h"
#include "gmnl/malformed.h"
#include "gmnl/request.h"
#include "gmnl/socket.h"
#include "gmnl/state.h"
#include "gmnl/tap.h"
#include "gmnl/verdict.h"

namespace gmnl {
namespace {

// Describes everything that is wrong with a refusal; empty if nothing is.
std::string refusal_problem(const Malformed& test, const Verdict& verdict) {
    std::string problem;
    if (verdict.error != test.error)
        problem = "error " + name_of_errno(verdict.error) + ", want " + name_of_errno(test.error);
    else if (test.words == Words::wanted && verdict.extack.empty())
        problem = "no extack message";
    else if (verdict.extack.find(test.mentions) == std::string::npos)
        problem = "the message does not mention '" + test.mentions + "': " + verdict.extack;
    return problem;
}

void check_refusals(Tap& tap, const Peer& peer, const std::vector<Malformed>& tests) {
    for (const Malformed& test : tests) {
        const State before = peer.state();
        Socket socket;
        socket.send(test.request.bytes(), test.length);
        const Answer answer = answer_of(socket);
        std::string problem = refusal_problem(test, answer.verdict);
        const State after = peer.state();
        if (after != before)
            problem += (problem.empty() ? "" : "; ") + ("changed " + before.text() + " to ") +
                       after.text();
        if (!answer.messages.empty())
            problem += (problem.empty() ? "" : "; ") + std::string("data came before the refusal");
        tap.check(problem.empty(), "refused: " + test.name, problem);
    }
}

// Checks the only answer whose format is frozen for all ABI versions.
void check_foreign_status(Tap& tap, const Peer& peer) {
    for (const uint32_t foreign : {0U, GHOSTMEM_ABI + 1U, 0xffffffffU}) {
        const std::string name = "status of foreign ABI " + std::to_string(foreign);
        Socket socket;
        const Answer answer = ask(socket, peer.request(GHOSTMEM_CMD_STATUS_GET).abi(foreign));
        if (answer.verdict.error != 0 || answer.messages.size() != 1) {
            tap.not_ok(name, "error " + name_of_errno(answer.verdict.error));
            continue;
        }
        const Attributes top = answer.messages.front().attributes();
        tap.check(value_of<uint32_t>(top, GHOSTMEM_A_ABI) == GHOSTMEM_ABI &&
                      top.contains(GHOSTMEM_A_VERSION) && top.size() == 2,
                  name + ": ABI and VERSION alone", std::to_string(top.size()) + " attributes");
    }
}

void check_tolerated(Tap& tap, const Peer& peer) {
    // Only the ABI attribute counts; generic netlink never checks the version in its header.
    for (const int version : {0, 2, 255}) {
        Socket socket;
        const Answer answer = ask(socket, Request(peer.family(), GHOSTMEM_CMD_STATUS_GET, do_flags,
                                                  static_cast<uint8_t>(version))
                                              .abi());
        tap.check(answer.verdict.error == 0 && answer.messages.size() == 1,
                  "header version " + std::to_string(version) + " is not looked at",
                  name_of_errno(answer.verdict.error));
    }
    const State before = peer.state();
    Socket socket;
    // A message without NLM_F_REQUEST is not a request: it is acknowledged, but not carried out.
    (void)ask(socket, peer.request(GHOSTMEM_CMD_RESET, NLM_F_ACK).abi());
    tap.check(peer.state() == before, "what is not marked as a request is not done",
              peer.state().text());
    const Request whole = peer.request(GHOSTMEM_CMD_RESET).abi();
    socket.send(whole.bytes(), 4096);
    socket.drain();
    tap.check(peer.state() == before, "what claims to be longer than it is is not done",
              peer.state().text());
}

} // namespace

int malformed(const Peer& peer, size_t fuzz_count, uint64_t seed) {
    Tap tap;
    for (const auto& make : {malformed_abi, malformed_attributes, malformed_filter,
                             malformed_config, malformed_headers})
        check_refusals(tap, peer, make(peer));
    check_foreign_status(tap, peer);
    check_tolerated(tap, peer);
    check_dump(tap, whole_dump(peer), "dump after all refusals");
    if (fuzz_count != 0)
        fuzz(tap, peer, fuzz_count, seed);
    return tap.exit_code();
}

} // namespace gmnl
