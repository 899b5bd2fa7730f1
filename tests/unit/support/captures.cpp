#include "support/captures.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ghostmem::test {

namespace {

Attrs hook(const char* name, const char* target, uint32_t kind, uint32_t state, bool needed) {
    Attrs attrs;
    attrs.string(GHOSTMEM_HOOK_A_NAME, name);
    if (*target != '\0')
        attrs.string(GHOSTMEM_HOOK_A_TARGET, target);
    attrs.u32(GHOSTMEM_HOOK_A_KIND, kind).u32(GHOSTMEM_HOOK_A_STATE, state);
    if (needed)
        attrs.flag(GHOSTMEM_HOOK_A_NEEDED);
    attrs.string(GHOSTMEM_HOOK_A_CONSEQUENCE, std::string("nothing of ") + name + " is seen");
    attrs.u64(GHOSTMEM_HOOK_A_EVENTS, 123456).u64(GHOSTMEM_HOOK_A_MISSED, 0);
    return attrs;
}

Attrs frame(const std::string& symbol, uint32_t offset, const std::string& module, uint32_t state) {
    Attrs attrs;
    if (!symbol.empty())
        attrs.string(GHOSTMEM_FRAME_A_SYMBOL, symbol)
            .u32(GHOSTMEM_FRAME_A_OFFSET, offset)
            .u32(GHOSTMEM_FRAME_A_SIZE, 0x100);
    if (!module.empty())
        attrs.string(GHOSTMEM_FRAME_A_MODULE, module);
    attrs.u32(GHOSTMEM_FRAME_A_STATE, state);
    return attrs;
}

Attrs counts(uint32_t id, uint32_t flags) {
    return Attrs()
        .u32(GHOSTMEM_SITE_A_ID, id)
        .u32(GHOSTMEM_SITE_A_FLAGS, flags)
        .u64(GHOSTMEM_SITE_A_ALLOCS, 40)
        .u64(GHOSTMEM_SITE_A_FREES, 8)
        .u64(GHOSTMEM_SITE_A_OLDEST_S, 725)
        .u32(GHOSTMEM_SITE_A_OLDEST_PID, 4321);
}

Attrs trend(uint32_t span_s, uint64_t floor, uint64_t before) {
    return Attrs()
        .u32(GHOSTMEM_TREND_A_SPAN_S, span_s)
        .u64(GHOSTMEM_TREND_A_FLOOR, floor)
        .u64(GHOSTMEM_TREND_A_BEFORE, before);
}

template <typename T> std::string raw_bytes(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::string inet_address(uint32_t host, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return raw_bytes(address);
}

std::string unix_address(const std::string& name) {
    return raw_bytes(static_cast<sa_family_t>(AF_UNIX)) + name;
}

Attrs queue(const char* name) {
    return Attrs().string(GHOSTMEM_QUEUE_A_NAME, name).nest(GHOSTMEM_QUEUE_A_HELD, held_attrs());
}

// The attributes that every socket has.
Attrs socket_names(uint64_t inode, uint32_t family, uint32_t type, uint32_t flags) {
    return Attrs()
        .u64(GHOSTMEM_SOCKET_A_COOKIE, 0x1000 + inode)
        .u64(GHOSTMEM_SOCKET_A_INODE, inode)
        .u32(GHOSTMEM_SOCKET_A_NETNS, 4026531840U)
        .u32(GHOSTMEM_SOCKET_A_FAMILY, family)
        .u32(GHOSTMEM_SOCKET_A_TYPE, type)
        .u32(GHOSTMEM_SOCKET_A_PROTOCOL, family == AF_INET ? IPPROTO_TCP : 0)
        .u32(GHOSTMEM_SOCKET_A_STATE, 1)
        .u32(GHOSTMEM_SOCKET_A_FLAGS, flags);
}

std::string socket_message(const Attrs& socket) {
    MessageHead head;
    head.flags = NLM_F_MULTI;
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_SOCKET, socket), head);
}

} // namespace

std::string site_message(const Attrs& site, const Attrs& pages) {
    MessageHead head;
    head.flags = NLM_F_MULTI;
    return operation(GHOSTMEM_CMD_SITE_GET,
                     top_attrs().nest(GHOSTMEM_A_SITE, site).nest(GHOSTMEM_A_SITE_PAGES, pages),
                     head);
}

Attrs top_attrs(uint32_t abi) {
    return Attrs().u32(GHOSTMEM_A_ABI, abi);
}

Attrs status_attrs() {
    return Attrs()
        .u32(GHOSTMEM_STATUS_A_MODE, GHOSTMEM_MODE_EXACT)
        .u64(GHOSTMEM_STATUS_A_CLOCK_S, 3601)
        .u64(GHOSTMEM_STATUS_A_ARMED_S, 3600)
        .u32(GHOSTMEM_STATUS_A_GENERATION, 2)
        .u32(GHOSTMEM_STATUS_A_PAGE_SIZE, 4096)
        .u64(GHOSTMEM_STATUS_A_LIVE_PAGES, 5000)
        .u64(GHOSTMEM_STATUS_A_ALLOCS, 90000)
        .u64(GHOSTMEM_STATUS_A_FREES, 85000)
        .u64(GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES, 1234)
        .u32(GHOSTMEM_STATUS_A_SITES, 3)
        .u32(GHOSTMEM_STATUS_A_SITES_MAX, 16384)
        .u64(GHOSTMEM_STATUS_A_MAP_BYTES, 1 << 20)
        .u64(GHOSTMEM_STATUS_A_SITES_BYTES, 1 << 21)
        .u64(GHOSTMEM_STATUS_A_STACKS_UNWOUND, 77)
        .u64(GHOSTMEM_STATUS_A_STACKS_VERIFIED, 78)
        .u8(GHOSTMEM_STATUS_A_LEVEL_MIN, 7)
        .u32(GHOSTMEM_STATUS_A_BUDGET_PPM, 10000)
        .u32(GHOSTMEM_STATUS_A_COST_PPM, 321)
        .u32(GHOSTMEM_STATUS_A_PAIR_NS, 90)
        .nest(GHOSTMEM_STATUS_A_LOST, Attrs()
                                          .string(GHOSTMEM_LOST_A_NAME, "recursion")
                                          .u64(GHOSTMEM_LOST_A_COUNT, 3)
                                          .string(GHOSTMEM_LOST_A_MEANING, "not recorded"))
        .nest(GHOSTMEM_STATUS_A_HOOK, hook("page_alloc", "mm_page_alloc", GHOSTMEM_HOOK_TRACEPOINT,
                                           GHOSTMEM_HOOK_ATTACHED, true))
        .nest(GHOSTMEM_STATUS_A_HOOK,
              hook("alloc_bulk", "", GHOSTMEM_HOOK_KRETPROBE, GHOSTMEM_HOOK_MISSING, false))
        .nest(GHOSTMEM_STATUS_A_HOOK,
              hook("move_zs", "", GHOSTMEM_HOOK_KRETPROBE, GHOSTMEM_HOOK_ABSENT, false));
}

Attrs trend_attrs(uint32_t span_s) {
    return trend(span_s, 256, 128);
}

Attrs site_attrs(uint32_t id) {
    const uint64_t ages[GHOSTMEM_AGES] = {1, 5, 50, 200, 0, 0};
    return counts(id, 0)
        .raw(GHOSTMEM_SITE_A_AGES, {reinterpret_cast<const char*>(ages), sizeof(ages)})
        .nest(GHOSTMEM_SITE_A_TREND, trend_attrs(10))
        .nest(GHOSTMEM_SITE_A_TREND, trend(601, 200, 0))
        .nest(GHOSTMEM_SITE_A_FRAME, frame("__alloc_pages", 0x2a1, "", GHOSTMEM_CODE_BUILTIN))
        .nest(GHOSTMEM_SITE_A_FRAME,
              frame("lab_probe", 0x5c, "lab", GHOSTMEM_CODE_UNLOADED)
                  .string(GHOSTMEM_FRAME_A_SRCVERSION, "0123456789ABCDEF0123456"))
        .nest(GHOSTMEM_SITE_A_FRAME, frame("pci_device_probe", 0x9a, "", GHOSTMEM_CODE_BUILTIN));
}

Attrs site_pages_attrs(uint32_t order, uint64_t live_pages) {
    return Attrs()
        .u32(GHOSTMEM_SITE_PAGES_A_ORDER, order)
        .u64(GHOSTMEM_SITE_PAGES_A_LIVE_PAGES, live_pages)
        .u64(GHOSTMEM_SITE_PAGES_A_ALLOC_PAGES, live_pages + 64)
        .u64(GHOSTMEM_SITE_PAGES_A_FREE_PAGES, 64);
}

Attrs held_attrs() {
    return Attrs()
        .u64(GHOSTMEM_HELD_A_SKBS, 3)
        .u64(GHOSTMEM_HELD_A_BYTES, 3000)
        .u64(GHOSTMEM_HELD_A_TRUESIZE_BYTES, 6912)
        .u64(GHOSTMEM_HELD_A_PINNED_PAGES, 17)
        .u64(GHOSTMEM_HELD_A_PINNED_BLOCKS, 3)
        .u64(GHOSTMEM_HELD_A_SLAB_BYTES, 768)
        .u64(GHOSTMEM_HELD_A_VMALLOC_BYTES, 8192)
        .u64(GHOSTMEM_HELD_A_MAPPED_PAGES, 2);
}

Attrs census_attrs() {
    uint64_t orders[GHOSTMEM_ORDERS] = {1, 0, 0, 2};
    return Attrs()
        .u32(GHOSTMEM_CENSUS_A_SOCKETS, 2)
        .u32(GHOSTMEM_CENSUS_A_NETNS, 1)
        .u64(GHOSTMEM_CENSUS_A_DURATION_NS, 1'500'000)
        .u64(GHOSTMEM_CENSUS_A_MEMORY_BYTES, 4096)
        .nest(GHOSTMEM_CENSUS_A_HELD, held_attrs()
                                          .u64(GHOSTMEM_HELD_A_SHARED_PAGES, 8)
                                          .u64(GHOSTMEM_HELD_A_TRACKED_PAGES, 9)
                                          .raw(GHOSTMEM_HELD_A_ORDERS, raw_bytes(orders)))
        .nest(GHOSTMEM_CENSUS_A_MISSED,
              Attrs()
                  .string(GHOSTMEM_LOST_A_NAME, "busy")
                  .u64(GHOSTMEM_LOST_A_COUNT, 4)
                  .string(GHOSTMEM_LOST_A_MEANING, "their owners held them"));
}

Attrs socket_attrs() {
    uint64_t orders[GHOSTMEM_ORDERS] = {1, 0, 0, 2};
    const uint32_t meminfo[] = {6912, 131072, 0, 87040, 1280, 0, 0, 0, 5};
    const auto owner = [](uint32_t pid) {
        return Attrs()
            .u32(GHOSTMEM_OWNER_A_PID, pid)
            .u32(GHOSTMEM_OWNER_A_FD, 11)
            .string(GHOSTMEM_OWNER_A_COMM, "nginx");
    };
    return socket_names(4711, AF_INET, SOCK_STREAM, GHOSTMEM_SOCKET_F_CHANGED)
        .u32(GHOSTMEM_SOCKET_A_UID, 33)
        .u32(GHOSTMEM_SOCKET_A_IFINDEX, 2)
        .raw(GHOSTMEM_SOCKET_A_LOCAL, inet_address(0x0a000002, 80))
        .raw(GHOSTMEM_SOCKET_A_REMOTE, inet_address(0x0a000009, 40412))
        .u64(GHOSTMEM_SOCKET_A_HOLDER, 0)
        .u32(GHOSTMEM_SOCKET_A_OWNERS, 3)
        .nest(GHOSTMEM_SOCKET_A_OWNER, owner(812))
        .nest(GHOSTMEM_SOCKET_A_OWNER, owner(813))
        .nest(GHOSTMEM_SOCKET_A_HELD, held_attrs()
                                          .u64(GHOSTMEM_HELD_A_SHARED_PAGES, 8)
                                          .u64(GHOSTMEM_HELD_A_TRACKED_PAGES, 9)
                                          .raw(GHOSTMEM_HELD_A_ORDERS, raw_bytes(orders)))
        .nest(GHOSTMEM_SOCKET_A_QUEUE, queue("receive"))
        .nest(GHOSTMEM_SOCKET_A_QUEUE, queue("out_of_order"))
        .raw(GHOSTMEM_SOCKET_A_MEMINFO, raw_bytes(meminfo))
        .u32(GHOSTMEM_SOCKET_A_FRAGS_MAX, 17)
        .u64(GHOSTMEM_SOCKET_A_OLDEST_MS, 7'200'123)
        .u64(GHOSTMEM_SOCKET_A_READ_MS, 7'300'000)
        .u64(GHOSTMEM_SOCKET_A_ARRIVED_MS, 12);
}

std::string sockets_capture() {
    const Attrs flying = socket_names(4712, AF_UNIX, SOCK_DGRAM, GHOSTMEM_SOCKET_F_IN_FLIGHT)
                             .raw(GHOSTMEM_SOCKET_A_LOCAL, unix_address(std::string("\0box", 4)))
                             .u64(GHOSTMEM_SOCKET_A_HOLDER, 4713)
                             .u32(GHOSTMEM_SOCKET_A_OWNERS, 0)
                             .nest(GHOSTMEM_SOCKET_A_HELD, held_attrs());
    MessageHead head;
    head.flags = NLM_F_MULTI;
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().u32(GHOSTMEM_A_TOP, 20), head) +
           operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_CENSUS, census_attrs()),
                     head) +
           socket_message(socket_attrs()) + socket_message(flying) + done_message(0);
}

std::string status_capture() {
    const Attrs reply =
        top_attrs().string(GHOSTMEM_A_VERSION, "0.1.0").nest(GHOSTMEM_A_STATUS, status_attrs());
    return operation(GHOSTMEM_CMD_STATUS_GET, reply) + error_message(0, "");
}

std::string sites_capture() {
    Attrs slab = counts(3, GHOSTMEM_SITE_F_OLDEST_MIN | GHOSTMEM_SITE_F_CUT);
    for (const Attrs& each : {frame("allocate_slab", 0x10, "", GHOSTMEM_CODE_BUILTIN),
                              frame("kmem_cache_alloc", 0x20, "", GHOSTMEM_CODE_BUILTIN),
                              frame("vm_area_dup", 0x30, "", GHOSTMEM_CODE_BUILTIN),
                              frame("", 0, "kvm", GHOSTMEM_CODE_LIVE)})
        slab.nest(GHOSTMEM_SITE_A_FRAME, each);
    return site_message(counts(GHOSTMEM_SITE_OTHER, GHOSTMEM_SITE_F_OTHER),
                        site_pages_attrs(0, 7)) +
           site_message(site_attrs(2)) + site_message(slab, site_pages_attrs(0, 12)) +
           done_message(0);
}

std::vector<std::byte> heap_copy(const std::string& bytes) {
    const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
    return {begin, begin + bytes.size()};
}

Reply decode_all(const std::string& bytes) {
    const std::vector<std::byte> copy = heap_copy(bytes);
    Reply reply;
    decode(copy, reply, {"0.1.0", {}});
    return reply;
}

ErrorKind kind_of(const std::string& bytes) {
    try {
        decode_all(bytes);
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "decoded without an error";
    return ErrorKind::io;
}

} // namespace ghostmem::test
