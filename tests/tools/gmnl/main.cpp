// gmnl: sends ghostmem.ko what leakctl never would: malformed requests, and slow, abandoned and too
// many dumps. Prints one line "ok - NAME" or "not ok - NAME: DETAIL" per check, and exits with 1 if
// one failed. It shares only the protocol's header with leakctl, so that it does not repeat
// leakctl's misunderstandings of the protocol.
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include "gmnl/arguments.h"
#include "gmnl/changes.h"
#include "gmnl/dump_scenarios.h"
#include "gmnl/failing_arm.h"
#include "gmnl/forged_end.h"
#include "gmnl/malformed_scenario.h"
#include "gmnl/peer.h"
#include "gmnl/permissions.h"

namespace gmnl {
namespace {

int run(Arguments arguments) {
    const std::string word = arguments.next().value_or("");
    if (word == "many-dumps")
        return many_dumps(Peer(), arguments.number(word));

    // This works without the module, too.
    if (word == "longest")
        return longest(arguments.number(word));
    if (word == "changes")
        return changes(Peer());
    if (word == "leave-changes")
        return leave_changes(Peer());
    if (word == "failing-arm")
        return failing_arm(Peer());
    if (word == "forged-end")
        return forged_end();
    if (word == "permissions")
        return permissions(Peer());
    if (word == "permissions-dropped")
        return permissions_dropped(Peer());
    if (word == "hold-dumps") {
        const std::string what = arguments.next().value_or("");
        return hold_dumps(Peer(), what, arguments.number(word));
    }

    uint64_t fuzz_count = 20000;
    uint64_t seed = 1;
    uint64_t times = 50;
    uint64_t pause_ms = 500;
    std::string meanwhile;
    while (const auto option = arguments.next()) {
        if (word == "malformed" && *option == "--fuzz")
            fuzz_count = arguments.number(*option);
        else if (word == "malformed" && *option == "--seed")
            seed = arguments.number(*option);
        else if (word == "slow-dump" && *option == "--pause-ms")
            pause_ms = arguments.number(*option);
        else if (word == "slow-dump" && *option == "--reset-and")
            meanwhile = arguments.next().value_or("");
        else if (word == "abandon-dump" && *option == "--times")
            times = arguments.number(*option);
        else
            usage("'" + *option + "' is not for '" + word + "'");
    }
    const std::chrono::milliseconds pause(pause_ms);
    if (word == "malformed")
        return malformed(Peer(), fuzz_count, seed);
    if (word == "slow-dump")
        return meanwhile.empty() ? slow_dump(Peer(), pause) : interrupted_dump(Peer(), meanwhile);
    if (word == "abandon-dump")
        return abandon_dump(Peer(), times);
    usage("unknown word '" + word + "'");
}

} // namespace
} // namespace gmnl

int main(int argc, char** argv) {
    try {
        return gmnl::run(gmnl::Arguments(argc, argv));
    } catch (const std::exception& error) {
        std::cout << "not ok - gmnl: " << error.what() << std::endl;
        return 1;
    }
}
