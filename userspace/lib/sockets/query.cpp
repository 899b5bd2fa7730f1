#include "lib/sockets/query.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace ghostmem {

namespace {

constexpr std::array<std::pair<SocketSortKey, std::string_view>, 6> sort_words{{
    {SocketSortKey::pinned, "pinned"},
    {SocketSortKey::slab, "slab"},
    {SocketSortKey::truesize, "truesize"},
    {SocketSortKey::bytes, "bytes"},
    {SocketSortKey::amplification, "amplification"},
    {SocketSortKey::age, "age"},
}};

// nullopt compares less than any value.
std::optional<uint64_t> pinned(const Socket& socket) {
    return socket.held.pinned ? std::optional(socket.held.pinned->pages) : std::nullopt;
}

std::optional<uint64_t> slab(const Socket& socket) {
    return socket.held.pinned ? std::optional(socket.held.pinned->slab_bytes) : std::nullopt;
}

// The same order as the module's, which may have reported only the first few.
auto weight(const Socket& socket) {
    return std::tuple(pinned(socket), socket.held.truesize_bytes, slab(socket), socket.held.bytes);
}

// The page size is the same for all sockets, so that 1 is sufficient for comparing.
std::optional<double> amplification(const Socket& socket) {
    return socket.held.amplification(1);
}

bool before(const Socket& a, const Socket& b, SocketSortKey key) {
    const auto by = [&](auto value) -> std::optional<bool> {
        if (value(a) == value(b))
            return std::nullopt;
        return value(a) > value(b);
    };
    std::optional<bool> order;
    switch (key) {
    case SocketSortKey::slab:
        order = by(slab);
        break;
    case SocketSortKey::truesize:
        order = by([](const Socket& socket) { return socket.held.truesize_bytes; });
        break;
    case SocketSortKey::bytes:
        order = by([](const Socket& socket) { return socket.held.bytes; });
        break;
    case SocketSortKey::amplification:
        order = by(amplification);
        break;
    case SocketSortKey::age:
        order = by([](const Socket& socket) { return socket.idle_ms(); });
        break;
    case SocketSortKey::pinned:
        break;
    }
    if (order)
        return *order;
    if (weight(a) != weight(b))
        return weight(a) > weight(b);
    return std::tuple(a.cookie, a.inode) < std::tuple(b.cookie, b.inode);
}

} // namespace

std::string_view name_of(SocketSortKey key) {
    const auto* at =
        std::ranges::find(sort_words, key, [](const auto& each) { return each.first; });
    return at->second;
}

std::optional<SocketSortKey> parse_socket_sort(std::string_view word) {
    const auto* at =
        std::ranges::find(sort_words, word, [](const auto& each) { return each.second; });
    return at == sort_words.end() ? std::nullopt : std::optional(at->first);
}

bool SocketFilter::matches(const Socket& socket) const {
    if (netns && socket.netns != *netns)
        return false;
    if (inode && socket.inode != *inode)
        return false;
    if (family && !family->matches(socket))
        return false;
    return !pid || std::ranges::any_of(socket.owners,
                                       [&](const SocketOwner& owner) { return owner.pid == *pid; });
}

SocketSelection select_sockets(std::vector<Socket> sockets, const SocketListOptions& options) {
    SocketSelection selection;
    std::erase_if(sockets, [&](const Socket& socket) { return !options.filter.matches(socket); });
    selection.sockets = std::move(sockets);
    selection.matched = selection.sockets.size();
    for (const Socket& socket : selection.sockets) {
        selection.matched_bytes += socket.held.bytes.value_or(0);
        selection.matched_truesize_bytes += socket.held.truesize_bytes.value_or(0);
        if (const auto& pinned = socket.held.pinned) {
            selection.matched_pinned_pages += pinned->pages;
            selection.matched_shared_pages += pinned->shared_pages;
            selection.matched_slab_bytes += pinned->slab_bytes;
        }
    }
    std::sort(selection.sockets.begin(), selection.sockets.end(),
              [&](const Socket& a, const Socket& b) { return before(a, b, options.sort); });
    if (options.top && selection.sockets.size() > *options.top)
        selection.sockets.erase(selection.sockets.begin() +
                                    static_cast<std::ptrdiff_t>(*options.top),
                                selection.sockets.end());
    return selection;
}

} // namespace ghostmem
