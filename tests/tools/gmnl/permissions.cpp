#include "gmnl/permissions.h"

#include <cerrno>
#include <iostream>
#include <utility>
#include <vector>

#include <unistd.h>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/arguments.h"
#include "gmnl/dump.h"
#include "gmnl/error.h"
#include "gmnl/paused_dump.h"
#include "gmnl/socket.h"
#include "gmnl/tap.h"

namespace gmnl {
namespace {

constexpr uid_t nobody = 65534;

struct Operation {
    const char* name;
    uint8_t command;
    int flags;
};

// Operations that change something come last.
constexpr Operation operations[] = {
    {"STATUS_GET", GHOSTMEM_CMD_STATUS_GET, do_flags},
    {"SITE_GET", GHOSTMEM_CMD_SITE_GET, dump_flags},
    {"SKB_GET", GHOSTMEM_CMD_SKB_GET, dump_flags},
    {"SOCKET_GET", GHOSTMEM_CMD_SOCKET_GET, dump_flags},
    {"ZONE_GET", GHOSTMEM_CMD_ZONE_GET, dump_flags},
    {"DEVICE_GET", GHOSTMEM_CMD_DEVICE_GET, dump_flags},
    {"MODULE_GET", GHOSTMEM_CMD_MODULE_GET, dump_flags},
    {"EVENT_GET", GHOSTMEM_CMD_EVENT_GET, dump_flags},
    {"RESET", GHOSTMEM_CMD_RESET, do_flags},
    {"CONFIG_SET", GHOSTMEM_CMD_CONFIG_SET, do_flags},
};

Request request_of(const Peer& peer, const Operation& operation) {
    Request request = peer.request(operation.command, operation.flags).abi();
    if (operation.command == GHOSTMEM_CMD_CONFIG_SET)
        request.nest(config_nest,
                     [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_BUDGET_PPM, 10000); });
    return request;
}

uint8_t dump_of(const std::string& what) {
    if (what == "sites")
        return GHOSTMEM_CMD_SITE_GET;
    if (what == "sockets")
        return GHOSTMEM_CMD_SOCKET_GET;
    if (what == "zones")
        return GHOSTMEM_CMD_ZONE_GET;
    usage("hold-dumps: '" + what + "' is none of sites, sockets, zones");
}

} // namespace

int permissions(const Peer& peer) {
    std::string line;
    for (const Operation& operation : operations) {
        Socket socket;
        const int error = ask(socket, request_of(peer, operation)).verdict.error;
        line += (line.empty() ? "" : " ") + std::string(operation.name) + "=" +
                (error == EPERM ? "EPERM" : std::to_string(error));
    }
    std::cout << line << std::endl;
    return 0;
}

int permissions_dropped(const Peer& peer) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    dump.take(socket.receive(small_buffer));
    if (setresuid(nobody, nobody, nobody) != 0)
        fail("setresuid");
    while (!dump.finished())
        dump.take(socket.receive(small_buffer));
    check_dump(tap, dump, "a dump whose reader has lost its capabilities");
    const int error = ask(socket, peer.dump_request()).verdict.error;
    tap.check(error == EPERM, "another one on the same socket is refused", name_of_errno(error));
    return tap.exit_code();
}

int hold_dumps(const Peer& peer, const std::string& what, size_t count) {
    const uint8_t command = dump_of(what);
    std::vector<Socket> open;
    for (size_t i = 0; i < count; ++i) {
        Socket socket(4096);
        socket.send(peer.request(command, dump_flags).abi());
        Dump dump;
        dump.take(socket.receive(small_buffer));
        if (!dump.finished())
            open.push_back(std::move(socket));
    }
    std::cout << "held " << open.size() << std::endl;
    pause();
    return 0;
}

} // namespace gmnl
