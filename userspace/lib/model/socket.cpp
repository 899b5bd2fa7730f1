#include "lib/model/socket.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lib/base/units.h"

namespace ghostmem {

std::optional<uint64_t> Held::pinned_bytes(uint32_t page_size) const {
    if (!pinned)
        return std::nullopt;
    return pages_to_bytes(pinned->pages, page_size);
}

std::optional<double> Held::amplification(uint32_t page_size) const {
    if (!pinned || bytes.value_or(0) == 0)
        return std::nullopt;
    return static_cast<double>(*pinned_bytes(page_size)) / static_cast<double>(*bytes);
}

const SocketQueue* Socket::queue(std::string_view name) const {
    const auto at =
        std::ranges::find_if(queues, [&](const SocketQueue& queue) { return queue.name == name; });
    return at == queues.end() ? nullptr : &*at;
}

bool Socket::holds_anything() const {
    if (held.skbs.value_or(0) != 0 || held.bytes.value_or(0) != 0 ||
        held.truesize_bytes.value_or(0) != 0)
        return true;
    const bool pins = held.pinned && (held.pinned->pages != 0 || held.pinned->slab_bytes != 0 ||
                                      held.pinned->vmalloc_bytes != 0);
    return pins || !queues.empty();
}

void append(std::vector<Socket>& all, std::vector<Socket> more) {
    if (all.size() < more.size())
        std::swap(all, more);
    std::ranges::move(more, std::back_inserter(all));
}

} // namespace ghostmem
