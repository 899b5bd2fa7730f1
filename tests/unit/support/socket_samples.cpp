#include "support/socket_samples.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ghostmem::test {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t pages_of_mib = 256;

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

void link(const fs::path& path, const std::string& target) {
    fs::create_directories(path.parent_path());
    fs::remove(path);
    fs::create_symlink(target, path);
}

void add(Held& sum, const Held& part) {
    sum.skbs = sum.skbs.value_or(0) + part.skbs.value_or(0);
    sum.bytes = sum.bytes.value_or(0) + part.bytes.value_or(0);
    sum.truesize_bytes = sum.truesize_bytes.value_or(0) + part.truesize_bytes.value_or(0);
    if (!sum.pinned)
        sum.pinned.emplace();
    sum.pinned->orders.resize(GHOSTMEM_ORDERS);
    sum.pinned->pages += part.pinned->pages;
    sum.pinned->blocks += part.pinned->blocks;
    sum.pinned->slab_bytes += part.pinned->slab_bytes;
    sum.pinned->tracked_pages += part.pinned->tracked_pages;
    for (size_t i = 0; i < part.pinned->orders.size(); ++i)
        sum.pinned->orders[i] += part.pinned->orders[i];
}

Socket raw_socket() {
    Socket socket = tcp_socket(18'001);
    socket.family = AF_INET6;
    socket.type = SOCK_RAW;
    socket.protocol = IPPROTO_ICMPV6;
    socket.state = TCP_CLOSE;
    socket.local = "[::]";
    socket.remote.clear();
    socket.uid = 0;
    socket.owners = {{455, 9, "zebra"}};
    hold(socket, "receive", held(73 * mib + mib / 5, 2662 * pages_of_mib));
    socket.oldest_ms = 11'520'000;
    socket.arrived_ms = 40;
    socket.frags_max = 1;
    socket.meminfo = {102'400'000, 134'217'728, 0, 212'992, 0, 0, 0, 0, 17};
    return socket;
}

} // namespace

Socket tcp_socket(uint64_t inode) {
    Socket socket;
    socket.cookie = inode + 0x1000;
    socket.inode = inode;
    socket.netns = own_netns;
    socket.family = AF_INET;
    socket.type = SOCK_STREAM;
    socket.protocol = IPPROTO_TCP;
    socket.state = TCP_ESTABLISHED;
    socket.uid = 33;
    socket.local = "10.0.0.2:80";
    socket.remote = fmt::format("10.0.0.9:{}", 40'000 + inode % 10'000);
    socket.owner_count = 1;
    socket.owners = {{812, 11, "nginx"}};
    socket.held.skbs = 0;
    socket.held.bytes = 0;
    socket.held.truesize_bytes = 0;
    socket.held.pinned.emplace();
    return socket;
}

Held held(uint64_t bytes, uint64_t pages) {
    Held held;
    held.skbs = pages / 8;
    held.bytes = bytes;
    held.truesize_bytes = 2 * bytes;
    Pinned& pinned = held.pinned.emplace();
    pinned.pages = pages;
    pinned.blocks = pages / 8;
    pinned.slab_bytes = *held.skbs * 256;
    pinned.orders.assign(GHOSTMEM_ORDERS, 0);
    pinned.orders[3] = pages / 8;
    return held;
}

void hold(Socket& socket, const std::string& queue, const Held& held) {
    socket.queues.push_back({queue, held});
    socket.queues.back().held.pinned->orders.clear();
    add(socket.held, held);
}

SocketDump dump_of(std::vector<Socket> sockets) {
    SocketDump dump;
    // Sorts pointers: if sockets are moved, GCC 10 warns that parts of them are uninitialized.
    std::vector<Socket*> order;
    for (Socket& socket : sockets)
        order.push_back(&socket);
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [](const Socket* socket) { return socket->held.pinned->pages; });
    for (Socket* socket : order)
        dump.sockets.push_back(std::move(*socket));
    Census& census = dump.census;
    census.sockets = static_cast<uint32_t>(dump.sockets.size());
    census.namespaces = 1;
    census.duration_ns = 1'234'000;
    census.memory_bytes = 65'536;
    uint64_t shared = 0;
    add(census.held, [] {
        Held nothing;
        nothing.pinned.emplace();
        return nothing;
    }());
    for (const Socket& socket : dump.sockets) {
        add(census.held, socket.held);
        shared += socket.held.pinned->shared_pages;
    }
    // Assumes that each shared page belongs to two sockets.
    census.held.pinned->pages -= shared / 2;
    census.held.pinned->shared_pages = shared / 2;
    return dump;
}

SocketDump sample_sockets() {
    Socket accepted = tcp_socket(18'002);
    hold(accepted, "receive", held(3000, 24));
    accepted.held.pinned->shared_pages = 8;
    accepted.read_ms = 7'200'000;
    accepted.arrived_ms = 7'100'000;
    accepted.owner_count = 2;
    accepted.owners.push_back({813, 11, "nginx"});

    Socket waiting = tcp_socket(0);
    waiting.cookie = 0x4243;
    waiting.owner_count = 0;
    waiting.owners.clear();
    waiting.flags = GHOSTMEM_SOCKET_F_UNACCEPTED | GHOSTMEM_SOCKET_F_CHANGED;
    waiting.holder = 18'000;
    hold(waiting, "receive", held(1000, 16));
    waiting.held.pinned->shared_pages = 8;

    Socket listener = tcp_socket(18'000);
    listener.state = TCP_LISTEN;
    listener.local = "0.0.0.0:80";
    listener.remote.clear();
    listener.owners = {{811, 6, "nginx"}};

    Socket flying = tcp_socket(18'003);
    flying.family = AF_UNIX;
    flying.type = SOCK_DGRAM;
    flying.protocol = 0;
    flying.state = TCP_CLOSE;
    flying.local = "@postbox";
    flying.remote.clear();
    flying.netns = other_netns;
    flying.flags = GHOSTMEM_SOCKET_F_IN_FLIGHT;
    flying.holder = 18'009;
    flying.owner_count = 0;
    flying.owners.clear();
    hold(flying, "receive", held(512, 8));

    Socket ring = tcp_socket(18'004);
    ring.family = AF_PACKET;
    ring.type = SOCK_RAW;
    ring.protocol = ETH_P_ALL;
    ring.state = TCP_CLOSE;
    ring.local = "ifindex 2";
    ring.remote.clear();
    ring.ifindex = 2;
    ring.owners = {{900, 3, "tcpdump"}};
    hold(ring, "rx_ring", held(0, 512));

    Socket orphan = tcp_socket(0);
    orphan.cookie = 0x4244;
    orphan.state = TCP_FIN_WAIT1;
    orphan.flags = GHOSTMEM_SOCKET_F_ORPHAN | GHOSTMEM_SOCKET_F_PARTIAL;
    orphan.owner_count = 0;
    orphan.owners.clear();
    hold(orphan, "write", held(20'000, 16));

    SocketDump dump = dump_of({raw_socket(), accepted, waiting, listener, flying, ring, orphan});
    dump.census.namespaces = 2;
    dump.census.missed = {{"busy", 2, "sockets whose owner held them all the time"}};
    return dump;
}

FakeHost::FakeHost(fs::path root) : root_(std::move(root)) {
    link(root_ / "proc/self/ns/net", fmt::format("net:[{}]", own_netns));
    privileged(true);
}

void FakeHost::privileged(bool may) {
    link(root_ / "proc/self/ns/user", "user:[4026531837]");
    write(root_ / "proc/self/status", may ? "Name:\tleakctl\nCapEff:\t000001ffffffffff\n"
                                          : "Name:\tleakctl\nCapEff:\t0000000000000000\n");
}

void FakeHost::process(uint32_t pid, const std::string& comm, char state, const std::string& cgroup,
                       uint32_t netns) {
    const fs::path directory = root_ / "proc" / std::to_string(pid);
    write(directory / "comm", comm + "\n");
    write(directory / "status",
          fmt::format("Name:\t{}\nUmask:\t0022\nState:\t{} (word)\n", comm, state));
    write(directory / "cgroup", "0::" + cgroup + "\n");
    link(directory / "ns/net", fmt::format("net:[{}]", netns));
    fs::create_directories(directory / "fd");
}

void FakeHost::socket(uint32_t pid, uint32_t fd, uint64_t inode) {
    link(root_ / "proc" / std::to_string(pid) / "fd" / std::to_string(fd),
         fmt::format("socket:[{}]", inode));
}

void FakeHost::namespace_name(const std::string& name) {
    write(root_ / "run/netns" / name, "");
}

DiagDump FakeDiag::sockets(const NetNamespace& where) {
    before(where);
    asked.push_back(where.inode);
    return dumps[where.inode];
}

} // namespace ghostmem::test
