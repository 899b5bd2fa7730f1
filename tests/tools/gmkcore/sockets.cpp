#include "gmkcore/sockets.h"

#include <stdexcept>
#include <sys/socket.h>

namespace gmkcore {
namespace {

constexpr uint64_t tcp = 6;
constexpr uint64_t udp = 17;
constexpr uint64_t udp_lite = 136;
// From include/net/tcp_states.h; unix sockets use them, too.
constexpr uint64_t time_wait = 6;
constexpr uint64_t listens = 10;
constexpr uint64_t new_receive = 12;
constexpr size_t most_children = 1 << 20;
constexpr uint64_t page_size = 4096;

} // namespace

Sockets::Sockets(const Kernel& kernel, const Pages& pages, const SkbReader& skbs,
                 const Links& links, const Tasks& tasks)
    : kernel_(kernel), pages_(pages), skbs_(skbs), links_(links), tasks_(tasks),
      family_(kernel.types.field("sock", "__sk_common.skc_family")),
      type_(kernel.types.field("sock", "sk_type")),
      protocol_(kernel.types.field("sock", "sk_protocol")),
      state_(kernel.types.field("sock", "__sk_common.skc_state")),
      port_(kernel.types.field("sock", "__sk_common.skc_num")),
      receive_(kernel.types.field("sock", "sk_receive_queue")),
      errors_(kernel.types.field("sock", "sk_error_queue")),
      write_(kernel.types.field("sock", "sk_write_queue")),
      backlog_(kernel.types.field("sock", "sk_backlog.head")),
      retransmit_(kernel.types.field("sock", "tcp_rtx_queue")),
      fragment_(kernel.types.field("sock", "sk_frag.page")),
      skb_sock_(kernel.types.field("sk_buff", "sk")) {}

Identity Sockets::identity(uint64_t sock) const {
    Identity identity;
    identity.family = kernel_.get(sock, family_);
    identity.type = kernel_.get(sock, type_);
    identity.protocol = kernel_.get(sock, protocol_);
    identity.state = kernel_.get(sock, state_);
    if (identity.family == AF_INET || identity.family == AF_INET6)
        identity.port = kernel_.get(sock, port_);
    return identity;
}

bool Sockets::is_tcp(const Identity& identity) const {
    return (identity.family == AF_INET || identity.family == AF_INET6) &&
           identity.type == SOCK_STREAM && identity.protocol == tcp;
}

void Sockets::add_queue(Account& to, const char* name, const std::vector<uint64_t>& skbs) const {
    to.begin(name);
    for (const uint64_t skb : skbs)
        to.add(skbs_.read(skb));
}

void Sockets::add_fragment(Account& to, uint64_t sock) const {
    to.begin("fragment");
    if (const uint64_t page = kernel_.get(sock, fragment_))
        to.add(Account::Part{pages_.of(page)});
}

void Sockets::add_ring(Account& to, const char* name, uint64_t ring) const {
    const auto& types = kernel_.types;
    const uint64_t buffers = kernel_.get(ring, types.field("packet_ring_buffer", "pg_vec"));
    const uint64_t count = kernel_.get(ring, types.field("packet_ring_buffer", "pg_vec_len"));
    const uint64_t order = kernel_.get(ring, types.field("packet_ring_buffer", "pg_vec_order"));
    to.begin(name);
    for (uint64_t n = 0; buffers && n < count; n++) {
        const uint64_t buffer =
            kernel_.get(buffers + n * types.size("pgv"), types.field("pgv", "buffer"));
        to.add(Account::Part{pages_.at(buffer, page_size << order)});
    }
}

void Sockets::account(uint64_t sock, Account& to) const {
    const Identity identity = this->identity(sock);
    const auto& types = kernel_.types;
    add_queue(to, "receive", links_.queue(sock + receive_.offset));
    const bool inet = identity.family == AF_INET || identity.family == AF_INET6;
    if (inet && identity.type == SOCK_DGRAM &&
        (identity.protocol == udp || identity.protocol == udp_lite)) {
        const Field reader = types.field("udp_sock", "reader_queue");
        add_queue(to, "reader", links_.queue(sock + reader.offset));
    }
    if (is_tcp(identity)) {
        const Field tree = types.field("tcp_sock", "out_of_order_queue");
        add_queue(to, "out_of_order", links_.tree(sock + tree.offset));
    }
    add_queue(to, "backlog", links_.chain(kernel_.get(sock, backlog_)));
    add_queue(to, "error", links_.queue(sock + errors_.offset));
    add_queue(to, "write", links_.queue(sock + write_.offset));
    if (is_tcp(identity) && identity.state != listens)
        add_queue(to, "retransmit", links_.tree(sock + retransmit_.offset));
    if (identity.family == AF_PACKET) {
        add_ring(to, "rx_ring", sock + types.field("packet_sock", "rx_ring").offset);
        add_ring(to, "tx_ring", sock + types.field("packet_sock", "tx_ring").offset);
    }
    add_fragment(to, sock);
}

std::vector<uint64_t> Sockets::unaccepted_tcp(uint64_t sock) const {
    const auto& types = kernel_.types;
    const Field first = types.field("inet_connection_sock", "icsk_accept_queue.rskq_accept_head");
    const Field next = types.field("request_sock", "dl_next");
    const Field child = types.field("request_sock", "sk");
    std::vector<uint64_t> found;
    for (uint64_t request = kernel_.get(sock, first); request;
         request = kernel_.get(request, next)) {
        found.push_back(kernel_.get(request, child));
        if (found.size() > most_children)
            throw std::runtime_error("a listening socket's queue without end");
    }
    return found;
}

std::vector<Child> Sockets::unix_children(uint64_t sock, bool listening) const {
    const auto& types = kernel_.types;
    std::vector<Child> found;
    const uint32_t control = types.field("sk_buff", "cb").offset;
    const Field files = types.field("unix_skb_parms", "fp");
    const Field count = types.field("scm_fp_list", "count");
    const Field first = types.field("scm_fp_list", "fp.0");
    for (const uint64_t skb : links_.queue(sock + receive_.offset)) {
        if (listening) {
            found.push_back({Child::unaccepted, kernel_.get(skb, skb_sock_), 0});
            continue;
        }
        const uint64_t list = kernel_.get(skb + control, files);
        for (uint64_t n = 0; list && n < kernel_.get(list, count); n++) {
            const uint64_t file = kernel_.get(list + n * sizeof(uint64_t), first);
            if (const auto inner = tasks_.sock_of(file))
                found.push_back({Child::in_flight, *inner, tasks_.inode_of(file)});
        }
    }
    return found;
}

std::vector<Child> Sockets::children(uint64_t sock) const {
    const Identity identity = this->identity(sock);
    if (identity.family == AF_UNIX)
        return unix_children(sock, identity.state == listens);
    std::vector<Child> found;
    if (is_tcp(identity) && identity.state == listens) {
        for (const uint64_t child : unaccepted_tcp(sock))
            found.push_back({Child::unaccepted, child, 0});
    }
    return found;
}

std::vector<uint64_t> Sockets::connections(uint64_t port) const {
    const auto& types = kernel_.types;
    const uint64_t hash = kernel_.symbols.at("tcp_hashinfo");
    const uint64_t buckets = kernel_.get(hash, types.field("inet_hashinfo", "ehash"));
    const uint64_t mask = kernel_.get(hash, types.field("inet_hashinfo", "ehash_mask"));
    const Field first = types.field("inet_ehash_bucket", "chain.first");
    const Field node = types.field("sock_common", "skc_nulls_node");
    std::vector<uint64_t> found;
    for (uint64_t n = 0; n <= mask; n++) {
        uint64_t link = kernel_.get(buckets + n * types.size("inet_ehash_bucket"), first);
        // A nulls list ends with an odd value.
        for (; !(link & 1); link = kernel_.pointer(link)) {
            const uint64_t sock = link - node.offset;
            const uint64_t state = kernel_.get(sock, state_);
            if (state != time_wait && state != new_receive && kernel_.get(sock, port_) == port)
                found.push_back(sock);
            if (found.size() > most_children)
                throw std::runtime_error("a table of connections without end");
        }
    }
    return found;
}

} // namespace gmkcore
