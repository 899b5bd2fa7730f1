// gmsock: makes sockets that hold kernel memory, each in its own way.
//
//   gmsock SCENARIO [ARGUMENT...]
//
// When the situation is set up, prints "ready pid=PID fd=FD inode=INODE ..." of the socket in
// question, and keeps everything until SIGTERM; at SIGUSR1 it closes that socket, and prints
// "closed". A scenario that only sends ends by itself.
#include <exception>
#include <iostream>
#include <string>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"

namespace gmsock {
namespace {

struct Scenario {
    const char* name;
    const char* arguments;
    int (*run)(Arguments);
};

constexpr Scenario scenarios[] = {
    {"raw6-sink", "[--buffer=BYTES] [--all]", raw6_sink},
    {"raw6-flood", "ADDRESS COUNT SIZE [--type=N]", raw6_flood},
    {"udp", "COUNT SIZE [--read-once]", udp_unread},
    {"udp-flood", "ADDRESS PORT COUNT SIZE", udp_flood},
    {"unix-datagrams", "COUNT SIZE", unix_datagrams},
    {"unix-stream", "BYTES", unix_stream},
    {"vsock", "BYTES", vsock_unread},
    {"netlink", "COUNT SIZE [--unicast]", netlink_unread},
    {"packet", "COUNT SIZE", packet_unread},
    {"ring", "VERSION BLOCKS BYTES [--tx] [--unmapped]", packet_ring},
    {"tcp", "BYTES", tcp_unread},
    {"unaccepted", "COUNT BYTES", tcp_unaccepted},
    {"orphan", "BYTES", tcp_orphan},
    {"shared", "BYTES", tcp_shared},
    {"sendfile", "FILE BYTES", tcp_sendfile},
    {"scattered", "COUNT", tcp_scattered},
    {"out-of-order", "COUNT SIZE", tcp_out_of_order},
    {"busy", "FIRST SECOND", tcp_busy},
    {"clients", "ADDRESS PORT COUNT SEGMENTS SIZE [--filler=N]", tcp_clients},
    {"in-flight", "BYTES [--nested=N]", in_flight},
    {"errors", "COUNT SIZE", icmp_errors},
    {"timestamps", "COUNT SIZE", timestamps},
    {"many", "COUNT", many_sockets},
    {"queue", "COUNT SIZE [--read-us=N]", many_skbs},
    {"heartbeat", "[--send]", heartbeat},
    {"churn", "SECONDS PROCESSES [--seed=N]", churn},
};

int run(int argc, char** argv) {
    const std::string word = argc > 1 ? argv[1] : "";
    for (const Scenario& scenario : scenarios) {
        if (word == scenario.name) {
            block_signals();
            return scenario.run(Arguments({argv + 2, argv + argc}));
        }
    }
    for (const Scenario& scenario : scenarios)
        std::cerr << "usage: gmsock " << scenario.name << " " << scenario.arguments << "\n";
    return 2;
}

} // namespace
} // namespace gmsock

int main(int argc, char** argv) {
    try {
        return gmsock::run(argc, argv);
    } catch (const std::exception& error) {
        std::cout << "gmsock: " << error.what() << std::endl;
        return 1;
    }
}
