#include "lib/genl/codec_sockets.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/genl/codec_lost.h"
#include "lib/genl/rows.h"
#include "lib/model/socket_address.h"

namespace ghostmem {

namespace {

/// struct sockaddr of any family.
struct Address {
    static constexpr nla_policy policy{NLA_UNSPEC, sizeof(sa_family_t), sizeof(sockaddr_storage)};
};

// linux/sock_diag.h has nine values; there may be more in later kernels.
constexpr size_t meminfo_values_max = 64;

} // namespace

template <> struct Layout<Held> {
    static constexpr const char* name = "held";
    static constexpr int max = GHOSTMEM_HELD_A_MAX;
    static constexpr std::tuple rows{
        needed_row(GHOSTMEM_HELD_A_SKBS, &Held::skbs),
        needed_row(GHOSTMEM_HELD_A_BYTES, &Held::bytes),
        needed_row(GHOSTMEM_HELD_A_TRUESIZE_BYTES, &Held::truesize_bytes),
    };
};

/// In the same nest as Held. Queues do not have the optional attributes.
template <> struct Layout<Pinned> {
    static constexpr std::tuple rows{
        row(GHOSTMEM_HELD_A_PINNED_PAGES, &Pinned::pages),
        row(GHOSTMEM_HELD_A_PINNED_BLOCKS, &Pinned::blocks),
        optional_row(GHOSTMEM_HELD_A_SHARED_PAGES, &Pinned::shared_pages),
        row(GHOSTMEM_HELD_A_SLAB_BYTES, &Pinned::slab_bytes),
        row(GHOSTMEM_HELD_A_VMALLOC_BYTES, &Pinned::vmalloc_bytes),
        row(GHOSTMEM_HELD_A_MAPPED_PAGES, &Pinned::mapped_pages),
        optional_row(GHOSTMEM_HELD_A_TRACKED_PAGES, &Pinned::tracked_pages),
        optional_row_as<Numbers<uint64_t, GHOSTMEM_ORDERS, GHOSTMEM_ORDERS>>(GHOSTMEM_HELD_A_ORDERS,
                                                                             &Pinned::orders),
    };
};

template <> Held decode_nest(nlattr* nest) {
    const Attributes in = attributes_of<Held, Pinned>(nest);
    Held held = decode_rows<Held>(in);
    held.pinned = decode_rows<Pinned>(in);
    return held;
}

template <> struct Layout<SocketOwner> {
    static constexpr const char* name = "owner";
    static constexpr int max = GHOSTMEM_OWNER_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_OWNER_A_PID, &SocketOwner::pid),
        row(GHOSTMEM_OWNER_A_FD, &SocketOwner::fd),
        row(GHOSTMEM_OWNER_A_COMM, &SocketOwner::comm),
    };
};

template <> struct Layout<SocketQueue> {
    static constexpr const char* name = "queue";
    static constexpr int max = GHOSTMEM_QUEUE_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_QUEUE_A_NAME, &SocketQueue::name),
        row(GHOSTMEM_QUEUE_A_HELD, &SocketQueue::held),
    };
};

template <> struct Layout<Socket> {
    static constexpr const char* name = "socket";
    static constexpr int max = GHOSTMEM_SOCKET_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SOCKET_A_COOKIE, &Socket::cookie),
        row(GHOSTMEM_SOCKET_A_INODE, &Socket::inode),
        row(GHOSTMEM_SOCKET_A_NETNS, &Socket::netns),
        row(GHOSTMEM_SOCKET_A_FAMILY, &Socket::family),
        row(GHOSTMEM_SOCKET_A_TYPE, &Socket::type),
        row(GHOSTMEM_SOCKET_A_PROTOCOL, &Socket::protocol),
        row(GHOSTMEM_SOCKET_A_STATE, &Socket::state),
        row(GHOSTMEM_SOCKET_A_UID, &Socket::uid),
        row(GHOSTMEM_SOCKET_A_FLAGS, &Socket::flags),
        optional_row(GHOSTMEM_SOCKET_A_IFINDEX, &Socket::ifindex),
        checked_row<Address>(GHOSTMEM_SOCKET_A_LOCAL),
        checked_row<Address>(GHOSTMEM_SOCKET_A_REMOTE),
        optional_row(GHOSTMEM_SOCKET_A_HOLDER, &Socket::holder),
        row(GHOSTMEM_SOCKET_A_OWNERS, &Socket::owner_count),
        list_row(GHOSTMEM_SOCKET_A_OWNER, &Socket::owners),
        row(GHOSTMEM_SOCKET_A_HELD, &Socket::held),
        list_row(GHOSTMEM_SOCKET_A_QUEUE, &Socket::queues),
        optional_row_as<Numbers<uint32_t, 1, meminfo_values_max>>(GHOSTMEM_SOCKET_A_MEMINFO,
                                                                  &Socket::meminfo),
        row(GHOSTMEM_SOCKET_A_FRAGS_MAX, &Socket::frags_max),
        row(GHOSTMEM_SOCKET_A_OLDEST_MS, &Socket::oldest_ms),
        row(GHOSTMEM_SOCKET_A_READ_MS, &Socket::read_ms),
        row(GHOSTMEM_SOCKET_A_ARRIVED_MS, &Socket::arrived_ms),
    };
};

template <> struct Layout<Census> {
    static constexpr const char* name = "census";
    static constexpr int max = GHOSTMEM_CENSUS_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_CENSUS_A_SOCKETS, &Census::sockets),
        row(GHOSTMEM_CENSUS_A_NETNS, &Census::namespaces),
        needed_row(GHOSTMEM_CENSUS_A_DURATION_NS, &Census::duration_ns),
        needed_row(GHOSTMEM_CENSUS_A_MEMORY_BYTES, &Census::memory_bytes),
        row(GHOSTMEM_CENSUS_A_HELD, &Census::held),
        list_row(GHOSTMEM_CENSUS_A_MISSED, &Census::missed),
    };
};

namespace {

std::string decode_address(const Attributes& in, int type, const Socket& socket) {
    if (!in.has(type))
        return {};
    nlattr* attribute = in.need(type);
    const bool inet = socket.family == AF_INET || socket.family == AF_INET6;
    const auto text = format_address({static_cast<const std::byte*>(nla_data(attribute)),
                                      static_cast<size_t>(nla_len(attribute))},
                                     inet && socket.type == SOCK_RAW);
    if (!text)
        garbled(fmt::format("socket: attribute {} is no address", type));
    return *text;
}

// The EtherType of a packet socket, which its address has.
uint32_t ethertype(nlattr* address) {
    sockaddr_ll ll{};
    std::memcpy(&ll, nla_data(address),
                std::min(static_cast<size_t>(nla_len(address)), sizeof(ll)));
    return ntohs(ll.sll_protocol);
}

void decode_addresses(const Attributes& in, Socket& socket) {
    socket.local = decode_address(in, GHOSTMEM_SOCKET_A_LOCAL, socket);
    socket.remote = decode_address(in, GHOSTMEM_SOCKET_A_REMOTE, socket);
    if (socket.family == AF_PACKET && socket.protocol == 0 && in.has(GHOSTMEM_SOCKET_A_LOCAL))
        socket.protocol = ethertype(in.need(GHOSTMEM_SOCKET_A_LOCAL));
}

} // namespace

Census decode_census(nlattr* nest) {
    return decode_nest<Census>(nest);
}

Socket decode_socket(nlattr* nest) {
    const Attributes in = attributes_of<Socket>(nest);
    Socket socket = decode_rows<Socket>(in);
    decode_addresses(in, socket);
    if (socket.owners.size() > socket.owner_count)
        garbled("socket: more owners than it says");
    return socket;
}

} // namespace ghostmem
