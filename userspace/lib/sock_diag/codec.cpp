#include "lib/sock_diag/codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/model/socket_address.h"
#include "lib/model/socket_words.h"
#include "lib/sock_diag/attributes.h"

namespace ghostmem {

namespace {

constexpr uint32_t ipproto_mptcp = 262;
constexpr uint32_t tcp_new_syn_recv = 12;
constexpr size_t meminfo_values_max = 64;

constexpr DiagKind kinds[] = {
    {"tcp", AF_INET, IPPROTO_TCP, "TCP"},
    {"tcp6", AF_INET6, IPPROTO_TCP, "TCPv6"},
    {"udp", AF_INET, IPPROTO_UDP, "UDP"},
    {"udp6", AF_INET6, IPPROTO_UDP, "UDPv6"},
    {"udplite", AF_INET, IPPROTO_UDPLITE, "UDP-Lite"},
    {"udplite6", AF_INET6, IPPROTO_UDPLITE, "UDPLITEv6"},
    {"raw", AF_INET, IPPROTO_RAW, "RAW"},
    {"raw6", AF_INET6, IPPROTO_RAW, "RAWv6"},
    {"mptcp", AF_INET, ipproto_mptcp, "MPTCP"},
    {"mptcp6", AF_INET6, ipproto_mptcp, "MPTCPv6"},
    {"unix", AF_UNIX, 0, "UNIX"},
    {"netlink", AF_NETLINK, 0, "NETLINK"},
    {"packet", AF_PACKET, 0, "PACKET"},
    {"vsock", AF_VSOCK, 0, "AF_VSOCK"},
};

uint64_t cookie_of(const uint32_t (&halves)[2]) {
    return uint64_t{halves[1]} << 32 | halves[0];
}

// Adds a queue with those figures that are known, unless it is empty.
void add_queue(Socket& socket, const char* name, std::optional<uint64_t> bytes,
               std::optional<uint64_t> truesize) {
    if (bytes.value_or(0) == 0 && truesize.value_or(0) == 0)
        return;
    SocketQueue queue;
    queue.name = name;
    queue.held.bytes = bytes;
    queue.held.truesize_bytes = truesize;
    socket.queues.push_back(std::move(queue));
}

std::optional<uint64_t> meminfo(const Socket& socket, size_t which) {
    if (which >= socket.meminfo.size())
        return std::nullopt;
    return socket.meminfo[which];
}

// Whether data in the write queue has a counter of its own: TCP charges data that waits to be sent
// or acknowledged to another counter than data that its device has taken.
bool queues_to_send(const Socket& socket) {
    return is_inet(socket) &&
           (socket.protocol == IPPROTO_TCP || socket.protocol == ipproto_mptcp) &&
           socket.type == SOCK_STREAM;
}

struct DataBytes {
    std::optional<uint64_t> receive;
    std::optional<uint64_t> write;
};

void add_queues(Socket& socket, const DataBytes& data) {
    add_queue(socket, "receive", data.receive, meminfo(socket, SK_MEMINFO_RMEM_ALLOC));
    add_queue(
        socket, "write", data.write,
        meminfo(socket, queues_to_send(socket) ? SK_MEMINFO_WMEM_QUEUED : SK_MEMINFO_WMEM_ALLOC));
    add_queue(socket, "backlog", std::nullopt, meminfo(socket, SK_MEMINFO_BACKLOG));
}

// A sum is known only if all its parts are.
void sum_up(Socket& socket) {
    const auto add = [](std::optional<uint64_t>& sum, const std::optional<uint64_t>& part) {
        sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
    };
    // vsock reports no counters.
    if (socket.meminfo.empty())
        return;
    socket.held.bytes = 0;
    socket.held.truesize_bytes = 0;
    for (const SocketQueue& queue : socket.queues) {
        add(socket.held.bytes, queue.held.bytes);
        // A ring has no truesize: it is reported as the pages that it pins.
        if (queue.held.truesize_bytes)
            add(socket.held.truesize_bytes, queue.held.truesize_bytes);
    }
}

void take_meminfo(Socket& socket, Bytes payload) {
    if (payload.size() < sizeof(uint32_t))
        garbled_diag("counters of the wrong size");
    socket.meminfo.resize(std::min(payload.size() / sizeof(uint32_t), meminfo_values_max));
    std::memcpy(socket.meminfo.data(), payload.data(), socket.meminfo.size() * sizeof(uint32_t));
}

void decode_tcp_info(Socket& socket, Bytes payload) {
    constexpr size_t at = offsetof(tcp_info, tcpi_last_data_recv);
    // For a listening socket the field has another meaning.
    if (payload.size() < at + sizeof(uint32_t) || is_listening(socket))
        return;
    socket.arrived_ms = structure<uint32_t>(payload.subspan(at), "tcp_info");
}

// A socket without a file was closed by its process, or is not handed out to one yet.
void tell_unowned(Socket& socket) {
    if (socket.inode != 0)
        return;
    if (is_closing(socket))
        socket.flags |= GHOSTMEM_SOCKET_F_ORPHAN;
    else if (socket.family == AF_UNIX || queues_to_send(socket))
        socket.flags |= GHOSTMEM_SOCKET_F_UNACCEPTED;
}

bool decode_inet(Bytes payload, Socket& socket, const DiagOptions& options) {
    const auto message = structure<inet_diag_msg>(payload, "a socket of inet_diag cut short");
    if (message.idiag_state == TCP_TIME_WAIT || message.idiag_state == tcp_new_syn_recv)
        return false;
    const bool raw = options.kind.protocol == IPPROTO_RAW;
    socket.protocol = options.kind.protocol;
    const bool stream = socket.protocol == IPPROTO_TCP || socket.protocol == ipproto_mptcp;
    socket.type = raw ? SOCK_RAW : (stream ? SOCK_STREAM : SOCK_DGRAM);
    socket.state = message.idiag_state;
    socket.cookie = cookie_of(message.id.idiag_cookie);
    socket.inode = message.idiag_inode;
    socket.uid = message.idiag_uid;
    socket.ifindex = message.id.idiag_if;
    const auto name = [&](const void* address, uint16_t port) {
        const auto shown = raw ? std::nullopt : std::optional(ntohs(port));
        return socket.family == AF_INET6 ? format_inet6(address, 0, shown)
                                         : format_inet(address, shown);
    };
    socket.local = name(message.id.idiag_src, message.id.idiag_sport);
    const auto* any = std::begin(message.id.idiag_dst);
    if (message.id.idiag_dport != 0 || std::any_of(any, any + 4, [](uint32_t x) { return x != 0; }))
        socket.remote = name(message.id.idiag_dst, message.id.idiag_dport);
    each_attribute(behind(payload, sizeof(message)), [&](int type, Bytes value) {
        if (type == INET_DIAG_SKMEMINFO)
            take_meminfo(socket, value);
        else if (type == INET_DIAG_PROTOCOL && raw)
            socket.protocol = structure<uint8_t>(value, "a protocol");
        else if (type == INET_DIAG_INFO && options.kind.protocol == IPPROTO_TCP)
            decode_tcp_info(socket, value);
    });
    tell_unowned(socket);
    // For a listening socket the queue fields count connections; for others they are truesize
    // again, except for TCP.
    if (is_listening(socket))
        add_queues(socket, {0, 0});
    else if (socket.protocol == IPPROTO_TCP)
        add_queues(socket, {message.idiag_rqueue, message.idiag_wqueue});
    else
        add_queues(socket, {});
    return true;
}

bool decode_unix(Bytes payload, Socket& socket) {
    const auto message = structure<unix_diag_msg>(payload, "a socket of unix_diag cut short");
    socket.type = message.udiag_type;
    socket.state = message.udiag_state;
    socket.cookie = cookie_of(message.udiag_cookie);
    socket.inode = message.udiag_ino;
    DataBytes data;
    each_attribute(behind(payload, sizeof(message)), [&](int type, Bytes value) {
        if (type == UNIX_DIAG_NAME)
            socket.local = format_unix(value);
        else if (type == UNIX_DIAG_UID)
            socket.uid = structure<uint32_t>(value, "a user id");
        else if (type == UNIX_DIAG_PEER)
            socket.remote = "inode " + std::to_string(structure<uint32_t>(value, "a peer"));
        else if (type == UNIX_DIAG_MEMINFO)
            take_meminfo(socket, value);
        else if (type == UNIX_DIAG_RQLEN)
            data.receive = structure<unix_diag_rqlen>(value, "queue lengths").udiag_rqueue;
    });
    tell_unowned(socket);
    if (is_listening(socket))
        data.receive = 0;
    // For datagrams, the kernel reports only the first.
    else if (socket.type == SOCK_DGRAM && data.receive.value_or(0) != 0)
        data.receive.reset();
    add_queues(socket, data);
    return true;
}

bool decode_netlink(Bytes payload, Socket& socket) {
    const auto message = structure<netlink_diag_msg>(payload, "a socket of netlink_diag cut short");
    socket.type = message.ndiag_type;
    socket.protocol = message.ndiag_protocol;
    socket.state = message.ndiag_state;
    socket.cookie = cookie_of(message.ndiag_cookie);
    socket.inode = message.ndiag_ino;
    socket.local = std::to_string(message.ndiag_portid);
    if (message.ndiag_dst_portid != 0)
        socket.remote = std::to_string(message.ndiag_dst_portid);
    // The kernel reports only sockets with a port, and its own end of each protocol, which has
    // none.
    if (message.ndiag_portid == 0)
        socket.flags |= GHOSTMEM_SOCKET_F_KERNEL;
    each_attribute(behind(payload, sizeof(message)), [&](int type, Bytes value) {
        if (type == NETLINK_DIAG_MEMINFO)
            take_meminfo(socket, value);
    });
    add_queues(socket, {});
    return true;
}

// Each block of a ring is a whole block of the page allocator.
void add_ring(Socket& socket, const char* name, Bytes value, uint32_t page_size) {
    const auto ring = structure<packet_diag_ring>(value, "a ring");
    const uint64_t pages =
        std::bit_ceil((uint64_t{ring.pdr_block_size} + page_size - 1) / page_size);
    SocketQueue queue;
    queue.name = name;
    queue.held.bytes = 0;
    queue.held.pinned.emplace();
    queue.held.pinned->blocks = ring.pdr_block_nr;
    queue.held.pinned->pages = pages * ring.pdr_block_nr;
    socket.queues.push_back(std::move(queue));
}

bool decode_packet(Bytes payload, Socket& socket, const DiagOptions& options) {
    const auto message = structure<packet_diag_msg>(payload, "a socket of packet_diag cut short");
    socket.type = message.pdiag_type;
    socket.protocol = message.pdiag_num;
    socket.state = TCP_CLOSE;
    socket.cookie = cookie_of(message.pdiag_cookie);
    socket.inode = message.pdiag_ino;
    each_attribute(behind(payload, sizeof(message)), [&](int type, Bytes value) {
        if (type == PACKET_DIAG_MEMINFO)
            take_meminfo(socket, value);
        else if (type == PACKET_DIAG_INFO)
            socket.ifindex = structure<packet_diag_info>(value, "an interface").pdi_index;
        else if (type == PACKET_DIAG_UID)
            socket.uid = structure<uint32_t>(value, "a user id");
        else if (type == PACKET_DIAG_RX_RING)
            add_ring(socket, "rx_ring", value, options.page_size);
        else if (type == PACKET_DIAG_TX_RING)
            add_ring(socket, "tx_ring", value, options.page_size);
    });
    socket.local = format_packet(socket.ifindex);
    add_queues(socket, {});
    return true;
}

bool decode_vsock(Bytes payload, Socket& socket) {
    const auto message = structure<vsock_diag_msg>(payload, "a socket of vsock_diag cut short");
    socket.type = message.vdiag_type;
    socket.state = message.vdiag_state;
    socket.cookie = cookie_of(message.vdiag_cookie);
    socket.inode = message.vdiag_ino;
    socket.local = format_vsock(message.vdiag_src_cid, message.vdiag_src_port);
    socket.remote = format_vsock(message.vdiag_dst_cid, message.vdiag_dst_port);
    return true;
}

bool decode_one(Bytes payload, Socket& socket, const DiagOptions& options) {
    switch (options.kind.family) {
    case AF_UNIX:
        return decode_unix(payload, socket);
    case AF_NETLINK:
        return decode_netlink(payload, socket);
    case AF_PACKET:
        return decode_packet(payload, socket, options);
    case AF_VSOCK:
        return decode_vsock(payload, socket);
    default:
        return decode_inet(payload, socket, options);
    }
}

void decode_socket(Bytes payload, DiagReply& reply, const DiagOptions& options) {
    // Every family's message begins with the family.
    const auto family = structure<uint8_t>(payload, "a socket without its family");
    if (family != options.kind.family)
        garbled_diag("a socket of another family");
    Socket socket;
    socket.family = family;
    socket.netns = options.netns;
    if (!decode_one(payload, socket, options))
        return;
    sum_up(socket);
    reply.sockets.push_back(std::move(socket));
}

// NLMSG_DONE also has an errno, if it has any payload.
void decode_end(Bytes payload, DiagReply& reply, bool error) {
    reply.finished = true;
    if (payload.size() < sizeof(int)) {
        if (error)
            garbled_diag("an error cut short");
        return;
    }
    const int code = structure<int>(payload, "an error");
    if (code < 0 && code > -4096)
        reply.error = -code;
}

} // namespace

bool DiagKind::inet() const {
    return family == AF_INET || family == AF_INET6;
}

std::span<const DiagKind> diag_kinds() {
    return kinds;
}

void decode_diag(Bytes bytes, DiagReply& reply, const DiagOptions& options) {
    while (!bytes.empty()) {
        const auto head = structure<nlmsghdr>(bytes, "a message cut short");
        if (head.nlmsg_len < sizeof(nlmsghdr) || head.nlmsg_len > bytes.size())
            garbled_diag("a message of the wrong size");
        const Bytes payload =
            bytes.subspan(NLMSG_HDRLEN, head.nlmsg_len - static_cast<size_t>(NLMSG_HDRLEN));
        bytes = behind(bytes, head.nlmsg_len);
        if (options.sequence && head.nlmsg_seq != *options.sequence)
            continue;
        if ((head.nlmsg_flags & NLM_F_DUMP_INTR) != 0)
            reply.interrupted = true;
        if (head.nlmsg_type == NLMSG_ERROR || head.nlmsg_type == NLMSG_DONE)
            decode_end(payload, reply, head.nlmsg_type == NLMSG_ERROR);
        else if (head.nlmsg_type == SOCK_DIAG_BY_FAMILY)
            decode_socket(payload, reply, options);
    }
}

} // namespace ghostmem
