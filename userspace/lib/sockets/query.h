// Selecting and sorting sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/socket.h"
#include "lib/model/socket_words.h"

namespace ghostmem {

enum class SocketSortKey { pinned, slab, truesize, bytes, amplification, age };

std::string_view name_of(SocketSortKey key);
/// nullopt: there is no such word.
std::optional<SocketSortKey> parse_socket_sort(std::string_view word);

struct SocketFilter {
    std::optional<uint32_t> pid;   ///< a process that has it open
    std::optional<uint32_t> netns; ///< inode number
    std::optional<uint64_t> inode; ///< of the socket
    std::optional<FamilyFilter> family;

    [[nodiscard]] bool any() const { return pid || netns || inode || family; }
    [[nodiscard]] bool matches(const Socket& socket) const;
};

struct SocketListOptions {
    SocketFilter filter;
    std::optional<size_t> top;
    SocketSortKey sort = SocketSortKey::pinned;
};

struct SocketSelection {
    std::vector<Socket> sockets; ///< the first `top` of those that matched
    size_t matched = 0;
    /// Sums over all that matched; memory that two sockets share is counted twice.
    uint64_t matched_bytes = 0;
    uint64_t matched_truesize_bytes = 0;
    uint64_t matched_pinned_pages = 0;
    uint64_t matched_shared_pages = 0;
    uint64_t matched_slab_bytes = 0;
};

/// Returns them sorted with the largest (oldest) first and unknown values last; ties by what they
/// pin, then by truesize, then by what they hold in slab.
SocketSelection select_sockets(std::vector<Socket> sockets, const SocketListOptions& options);

} // namespace ghostmem
