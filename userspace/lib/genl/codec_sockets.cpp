#include "lib/genl/codec_sockets.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <span>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/genl/attributes.h"
#include "lib/genl/codec_lost.h"
#include "lib/model/socket_address.h"

namespace ghostmem {

namespace {

// linux/sock_diag.h has nine of them; more may come.
constexpr int meminfo_values_max = 64;

template <size_t Count>
constexpr void fill(std::array<nla_policy, Count>& policy, nla_policy kind,
                    std::initializer_list<int> types) {
    for (const int type : types)
        policy[static_cast<size_t>(type)] = kind;
}

constexpr Policy<GHOSTMEM_HELD_A_MAX> held_policy = [] {
    Policy<GHOSTMEM_HELD_A_MAX> policy{};
    fill(policy, u64_policy,
         {GHOSTMEM_HELD_A_SKBS, GHOSTMEM_HELD_A_BYTES, GHOSTMEM_HELD_A_TRUESIZE_BYTES,
          GHOSTMEM_HELD_A_PINNED_PAGES, GHOSTMEM_HELD_A_PINNED_BLOCKS, GHOSTMEM_HELD_A_SHARED_PAGES,
          GHOSTMEM_HELD_A_SLAB_BYTES, GHOSTMEM_HELD_A_VMALLOC_BYTES, GHOSTMEM_HELD_A_MAPPED_PAGES,
          GHOSTMEM_HELD_A_TRACKED_PAGES});
    constexpr uint16_t orders = GHOSTMEM_ORDERS * sizeof(uint64_t);
    policy[GHOSTMEM_HELD_A_ORDERS] = {NLA_UNSPEC, orders, orders};
    return policy;
}();

constexpr Policy<GHOSTMEM_CENSUS_A_MAX> census_policy = [] {
    Policy<GHOSTMEM_CENSUS_A_MAX> policy{};
    fill(policy, u32_policy, {GHOSTMEM_CENSUS_A_SOCKETS, GHOSTMEM_CENSUS_A_NETNS});
    fill(policy, u64_policy, {GHOSTMEM_CENSUS_A_DURATION_NS, GHOSTMEM_CENSUS_A_MEMORY_BYTES});
    fill(policy, nest_policy, {GHOSTMEM_CENSUS_A_HELD, GHOSTMEM_CENSUS_A_MISSED});
    return policy;
}();

constexpr Policy<GHOSTMEM_SOCKET_A_MAX> socket_policy = [] {
    Policy<GHOSTMEM_SOCKET_A_MAX> policy{};
    fill(policy, u64_policy,
         {GHOSTMEM_SOCKET_A_COOKIE, GHOSTMEM_SOCKET_A_INODE, GHOSTMEM_SOCKET_A_HOLDER,
          GHOSTMEM_SOCKET_A_OLDEST_MS, GHOSTMEM_SOCKET_A_READ_MS, GHOSTMEM_SOCKET_A_ARRIVED_MS});
    fill(policy, u32_policy,
         {GHOSTMEM_SOCKET_A_NETNS, GHOSTMEM_SOCKET_A_FAMILY, GHOSTMEM_SOCKET_A_TYPE,
          GHOSTMEM_SOCKET_A_PROTOCOL, GHOSTMEM_SOCKET_A_STATE, GHOSTMEM_SOCKET_A_UID,
          GHOSTMEM_SOCKET_A_FLAGS, GHOSTMEM_SOCKET_A_IFINDEX, GHOSTMEM_SOCKET_A_OWNERS,
          GHOSTMEM_SOCKET_A_FRAGS_MAX});
    fill(policy, nest_policy,
         {GHOSTMEM_SOCKET_A_OWNER, GHOSTMEM_SOCKET_A_HELD, GHOSTMEM_SOCKET_A_QUEUE});
    constexpr uint16_t address = sizeof(sockaddr_storage);
    fill(policy, {NLA_UNSPEC, sizeof(sa_family_t), address},
         {GHOSTMEM_SOCKET_A_LOCAL, GHOSTMEM_SOCKET_A_REMOTE});
    policy[GHOSTMEM_SOCKET_A_MEMINFO] = {NLA_UNSPEC, sizeof(uint32_t),
                                         meminfo_values_max * sizeof(uint32_t)};
    return policy;
}();

constexpr Policy<GHOSTMEM_OWNER_A_MAX> owner_policy = [] {
    Policy<GHOSTMEM_OWNER_A_MAX> policy{};
    fill(policy, u32_policy, {GHOSTMEM_OWNER_A_PID, GHOSTMEM_OWNER_A_FD});
    policy[GHOSTMEM_OWNER_A_COMM] = string_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_QUEUE_A_MAX> queue_policy = [] {
    Policy<GHOSTMEM_QUEUE_A_MAX> policy{};
    policy[GHOSTMEM_QUEUE_A_NAME] = string_policy;
    policy[GHOSTMEM_QUEUE_A_HELD] = nest_policy;
    return policy;
}();

uint64_t u64_or_0(const Attributes& in, int type) {
    return in.has(type) ? in.u64(type) : 0;
}

std::optional<uint64_t> optional_u64(const Attributes& in, int type) {
    return in.has(type) ? std::optional(in.u64(type)) : std::nullopt;
}

std::optional<uint32_t> optional_u32(const Attributes& in, int type) {
    return in.has(type) ? std::optional(in.u32(type)) : std::nullopt;
}

template <typename T> std::vector<T> values(nlattr* attribute) {
    std::vector<T> all(static_cast<size_t>(nla_len(attribute)) / sizeof(T));
    std::memcpy(all.data(), nla_data(attribute), all.size() * sizeof(T));
    return all;
}

Held decode_held(nlattr* nest) {
    const Attributes in("held", nest, held_policy);
    Held held;
    held.skbs = in.u64(GHOSTMEM_HELD_A_SKBS);
    held.bytes = in.u64(GHOSTMEM_HELD_A_BYTES);
    held.truesize_bytes = in.u64(GHOSTMEM_HELD_A_TRUESIZE_BYTES);
    Pinned& pinned = held.pinned.emplace();
    pinned.pages = in.u64(GHOSTMEM_HELD_A_PINNED_PAGES);
    pinned.blocks = in.u64(GHOSTMEM_HELD_A_PINNED_BLOCKS);
    pinned.slab_bytes = in.u64(GHOSTMEM_HELD_A_SLAB_BYTES);
    pinned.vmalloc_bytes = in.u64(GHOSTMEM_HELD_A_VMALLOC_BYTES);
    pinned.mapped_pages = in.u64(GHOSTMEM_HELD_A_MAPPED_PAGES);
    // Queues do not have these.
    pinned.shared_pages = u64_or_0(in, GHOSTMEM_HELD_A_SHARED_PAGES);
    pinned.tracked_pages = u64_or_0(in, GHOSTMEM_HELD_A_TRACKED_PAGES);
    if (in.has(GHOSTMEM_HELD_A_ORDERS))
        pinned.orders = values<uint64_t>(in.need(GHOSTMEM_HELD_A_ORDERS));
    return held;
}

SocketOwner decode_owner(nlattr* nest) {
    const Attributes in("owner", nest, owner_policy);
    return {in.u32(GHOSTMEM_OWNER_A_PID), in.u32(GHOSTMEM_OWNER_A_FD),
            in.string(GHOSTMEM_OWNER_A_COMM)};
}

SocketQueue decode_queue(nlattr* nest) {
    const Attributes in("queue", nest, queue_policy);
    return {in.string(GHOSTMEM_QUEUE_A_NAME), decode_held(in.need(GHOSTMEM_QUEUE_A_HELD))};
}

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

// Of a packet socket the kernel has it there, and in no other place that all of them have.
uint32_t ethertype(nlattr* address) {
    sockaddr_ll ll{};
    std::memcpy(&ll, nla_data(address),
                std::min(static_cast<size_t>(nla_len(address)), sizeof(ll)));
    return ntohs(ll.sll_protocol);
}

void decode_names(const Attributes& in, Socket& socket) {
    socket.cookie = in.u64(GHOSTMEM_SOCKET_A_COOKIE);
    socket.inode = in.u64(GHOSTMEM_SOCKET_A_INODE);
    socket.netns = in.u32(GHOSTMEM_SOCKET_A_NETNS);
    socket.family = in.u32(GHOSTMEM_SOCKET_A_FAMILY);
    socket.type = in.u32(GHOSTMEM_SOCKET_A_TYPE);
    socket.protocol = in.u32(GHOSTMEM_SOCKET_A_PROTOCOL);
    socket.state = in.u32(GHOSTMEM_SOCKET_A_STATE);
    socket.uid = optional_u32(in, GHOSTMEM_SOCKET_A_UID);
    socket.flags = in.u32(GHOSTMEM_SOCKET_A_FLAGS);
    socket.ifindex = optional_u32(in, GHOSTMEM_SOCKET_A_IFINDEX).value_or(0);
    socket.local = decode_address(in, GHOSTMEM_SOCKET_A_LOCAL, socket);
    socket.remote = decode_address(in, GHOSTMEM_SOCKET_A_REMOTE, socket);
    if (socket.family == AF_PACKET && socket.protocol == 0 && in.has(GHOSTMEM_SOCKET_A_LOCAL))
        socket.protocol = ethertype(in.need(GHOSTMEM_SOCKET_A_LOCAL));
    socket.holder = u64_or_0(in, GHOSTMEM_SOCKET_A_HOLDER);
}

} // namespace

Census decode_census(nlattr* nest) {
    const Attributes in("census", nest, census_policy);
    Census census;
    census.sockets = in.u32(GHOSTMEM_CENSUS_A_SOCKETS);
    census.namespaces = in.u32(GHOSTMEM_CENSUS_A_NETNS);
    census.duration_ns = in.u64(GHOSTMEM_CENSUS_A_DURATION_NS);
    census.memory_bytes = in.u64(GHOSTMEM_CENSUS_A_MEMORY_BYTES);
    census.held = decode_held(in.need(GHOSTMEM_CENSUS_A_HELD));
    in.each(GHOSTMEM_CENSUS_A_MISSED, GHOSTMEM_CENSUS_A_MISSED_ENTRY,
            [&](nlattr* entry) { census.missed.push_back(decode_lost(entry)); });
    return census;
}

Socket decode_socket(nlattr* nest) {
    const Attributes in("socket", nest, socket_policy);
    Socket socket;
    decode_names(in, socket);
    socket.owner_count = in.u32(GHOSTMEM_SOCKET_A_OWNERS);
    in.each_of(GHOSTMEM_SOCKET_A_OWNER,
               [&](nlattr* owner) { socket.owners.push_back(decode_owner(owner)); });
    if (socket.owners.size() > socket.owner_count)
        garbled("socket: more owners than it says");
    socket.held = decode_held(in.need(GHOSTMEM_SOCKET_A_HELD));
    in.each_of(GHOSTMEM_SOCKET_A_QUEUE,
               [&](nlattr* queue) { socket.queues.push_back(decode_queue(queue)); });
    if (in.has(GHOSTMEM_SOCKET_A_MEMINFO))
        socket.meminfo = values<uint32_t>(in.need(GHOSTMEM_SOCKET_A_MEMINFO));
    socket.frags_max = optional_u32(in, GHOSTMEM_SOCKET_A_FRAGS_MAX);
    socket.oldest_ms = optional_u64(in, GHOSTMEM_SOCKET_A_OLDEST_MS);
    socket.read_ms = optional_u64(in, GHOSTMEM_SOCKET_A_READ_MS);
    socket.arrived_ms = optional_u64(in, GHOSTMEM_SOCKET_A_ARRIVED_MS);
    return socket;
}

} // namespace ghostmem
