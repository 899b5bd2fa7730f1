// A socket and what is queued in it, as plain values. The uapi header defines the terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

namespace ghostmem {

/// The memory that sk_buffs really hold, each part counted once. Pages are base pages.
struct Pinned {
    uint64_t pages = 0; ///< straight from the page allocator: ghosts
    uint64_t blocks = 0;
    uint64_t shared_pages = 0;  ///< those of `pages` that another socket pins as well
    uint64_t tracked_pages = 0; ///< those of `pages` that the tracker has a record of
    uint64_t mapped_pages = 0;  ///< pages of processes and of the page cache
    uint64_t slab_bytes = 0;
    uint64_t vmalloc_bytes = 0;
    std::vector<uint64_t> orders; ///< blocks by order; empty: not reported
};

/// nullopt means not known, which differs from 0. Only the module can report what is pinned.
struct Held {
    std::optional<uint64_t> skbs;
    std::optional<uint64_t> bytes; ///< of data
    std::optional<uint64_t> truesize_bytes;
    std::optional<Pinned> pinned;

    /// nullopt: not known; saturates instead of wrapping on absurd input.
    [[nodiscard]] std::optional<uint64_t> pinned_bytes(uint32_t page_size) const;
    /// Pinned bytes per byte of data; nullopt: one of them is not known, or there is no data.
    [[nodiscard]] std::optional<double> amplification(uint32_t page_size) const;
};

struct SocketQueue {
    std::string name;
    Held held;
};

/// A descriptor that refers to a socket.
struct SocketOwner {
    uint32_t pid = 0; ///< 0: the process is not in the reader's pid namespace
    uint32_t fd = 0;
    std::string comm;
};

struct Socket {
    uint64_t cookie = 0;
    uint64_t inode = 0; ///< 0: it has no file
    uint32_t netns = 0; ///< inode number of the namespace
    uint32_t family = 0;
    uint32_t type = 0;
    uint32_t protocol = 0;
    uint32_t state = 0;
    std::optional<uint32_t> uid;
    uint32_t flags = 0;   ///< GHOSTMEM_SOCKET_F_*
    uint32_t ifindex = 0; ///< the interface it is bound to; 0: none
    std::string local;    ///< for people, see socket_address.h; empty: none
    std::string remote;
    uint64_t holder = 0;             ///< inode of the socket in whose queue it waits
    uint32_t owner_count = 0;        ///< descriptors that refer to it, known or not
    std::vector<SocketOwner> owners; ///< the first of those
    Held held;                       ///< of all queues
    std::vector<SocketQueue> queues; ///< those that are not empty
    std::vector<uint32_t> meminfo;   ///< by SK_MEMINFO_* of linux/sock_diag.h
    std::optional<uint32_t> frags_max;
    std::optional<uint64_t> oldest_ms;
    std::optional<uint64_t> read_ms;
    std::optional<uint64_t> arrived_ms;

    [[nodiscard]] bool has(uint32_t flag) const { return (flags & flag) != 0; }
    /// How long the queued data has been waiting, as far as it is known.
    [[nodiscard]] std::optional<uint64_t> idle_ms() const { return read_ms ? read_ms : oldest_ms; }
    /// nullptr: that queue is empty.
    [[nodiscard]] const SocketQueue* queue(std::string_view name) const;
    /// Whether any known figure shows that the socket holds something.
    [[nodiscard]] bool holds_anything() const;
};

/// Adds the sockets in `more`, in any order; the longer vector is not copied.
void append(std::vector<Socket>& all, std::vector<Socket> more);

} // namespace ghostmem
