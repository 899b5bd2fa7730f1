#include "gmnl/fuzz.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/bytes.h"
#include "gmnl/dump.h"
#include "gmnl/error.h"
#include "gmnl/message.h"
#include "gmnl/request.h"
#include "gmnl/socket.h"
#include "gmnl/verdict.h"

namespace gmnl {
namespace {

// Flips anything but the family number: other families are not under test.
void flip(Bytes& bytes, std::mt19937_64& random) {
    const auto below = [&](size_t limit) {
        return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
    };
    const size_t flips = 1 + below(4);
    for (size_t i = 0; i < flips; ++i) {
        const size_t at = below(bytes.size());
        if (at == offsetof(nlmsghdr, nlmsg_type) || at == offsetof(nlmsghdr, nlmsg_type) + 1)
            continue;
        bytes[at] = below(4) == 0 ? static_cast<uint8_t>(random())
                                  : static_cast<uint8_t>(bytes[at] ^ (1U << below(8)));
    }
    if (below(8) == 0)
        bytes.resize(NLMSG_HDRLEN + below(bytes.size() - NLMSG_HDRLEN + 1));
    if (below(8) == 0)
        for (size_t i = 1 + below(40); i > 0; --i)
            bytes.push_back(static_cast<uint8_t>(random()));
    // Mostly use the right length, to test the code behind that check.
    if (below(8) != 0) {
        const auto length = static_cast<uint32_t>(bytes.size());
        std::memcpy(bytes.data(), &length, sizeof(length));
    }
}

Request fuzz_seed(const Peer& peer, std::mt19937_64& random) {
    // Mode changes are rare because they attach hooks, which takes long.
    const auto kind = random() % 50;
    if (kind < 1)
        return peer.mode_request(static_cast<uint32_t>(random() % 2));
    if (kind < 6)
        return peer.request(GHOSTMEM_CMD_RESET).abi();
    if (kind < 20)
        return peer.status_request();
    if (kind < 25)
        return peer.dump_request();
    if (kind < 30)
        return peer.request(GHOSTMEM_CMD_SOCKET_GET, dump_flags)
            .abi()
            .put<uint32_t>(GHOSTMEM_A_TOP, 1);
    if (kind < 32)
        return peer.request(GHOSTMEM_CMD_ZONE_GET, dump_flags).abi();
    if (kind < 34)
        return peer.request(GHOSTMEM_CMD_DEVICE_GET, dump_flags).abi();
    if (kind < 36)
        return peer.request(GHOSTMEM_CMD_EVENT_GET, dump_flags)
            .abi()
            .put<uint64_t>(GHOSTMEM_A_SINCE, random() % 8);
    return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags)
        .abi()
        .nest(filter_nest, [&](Request& in) {
            in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN, 1U << 20);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, random() % 4);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, 4 + random() % 4);
        });
}

// Changes among the flipped messages may still be waiting although their senders have gone. While
// the maximum number is waiting, another one is refused; this state must end by itself.
Verdict set_mode_behind_others(const Peer& peer, uint32_t mode) {
    constexpr auto pause = std::chrono::milliseconds(100);
    constexpr size_t attempts = 200;
    Socket socket;
    Verdict verdict = ask(socket, peer.mode_request(mode)).verdict;
    for (size_t i = 1; i < attempts && verdict.error == EBUSY; ++i) {
        std::this_thread::sleep_for(pause);
        verdict = ask(socket, peer.mode_request(mode)).verdict;
    }
    return verdict;
}

} // namespace

void fuzz(Tap& tap, const Peer& peer, size_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::map<int, size_t> verdicts;
    for (size_t i = 0; i < count; ++i) {
        Socket socket;
        Bytes bytes = fuzz_seed(peer, random).bytes();
        flip(bytes, random);
        socket.send_as_is(bytes);
        // The kernel has already answered; a message that is not a request gets no answer.
        for (auto datagram = socket.receive(large_buffer, MSG_DONTWAIT); !datagram.empty();
             datagram = socket.receive(large_buffer, MSG_DONTWAIT)) {
            for (const Message& message : datagram) {
                if (message.ends())
                    ++verdicts[verdict_of(message).error];
            }
        }
    }
    const std::string name =
        std::to_string(count) + " flipped messages of seed " + std::to_string(seed);
    std::cout << "# " << name << ":";
    for (const auto& [error, times] : verdicts)
        std::cout << "  " << times << " x " << name_of_errno(error);
    std::cout << std::endl;
    tap.check(verdicts[0] > 0 && verdicts[EINVAL] > 0, name, "not all kinds of answers came");

    const Verdict armed = set_mode_behind_others(peer, GHOSTMEM_MODE_EXACT);
    tap.check(armed.error == 0 && peer.state().mode == GHOSTMEM_MODE_EXACT,
              "after them the mode can be set", name_of_errno(armed.error) + " " + armed.extack);
    check_dump(tap, whole_dump(peer), "dump after them");
}

} // namespace gmnl
