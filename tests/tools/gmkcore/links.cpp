#include "gmkcore/links.h"

#include <stdexcept>

namespace gmkcore {
namespace {

constexpr size_t most = 1 << 24;

void bound(const std::vector<uint64_t>& found) {
    if (found.size() > most)
        throw std::runtime_error("a queue without end");
}

} // namespace

Links::Links(const Kernel& kernel, const SkbReader& skbs)
    : kernel_(kernel), skbs_(skbs), queue_next_(kernel.types.field("sk_buff_head", "next")),
      queue_length_(kernel.types.field("sk_buff_head", "qlen")),
      root_(kernel.types.field("rb_root", "rb_node")),
      left_(kernel.types.field("rb_node", "rb_left")),
      right_(kernel.types.field("rb_node", "rb_right")),
      node_(kernel.types.field("sk_buff", "rbnode").offset) {}

std::vector<uint64_t> Links::queue(uint64_t head) const {
    std::vector<uint64_t> found;
    uint64_t before = head;
    for (uint64_t skb = kernel_.get(head, queue_next_); skb != head; skb = skbs_.next(skb)) {
        if (skbs_.previous(skb) != before)
            throw std::runtime_error("a queue is not sound: it changes, or its layout is another");
        found.push_back(skb);
        bound(found);
        before = skb;
    }
    if (found.size() != kernel_.get(head, queue_length_))
        throw std::runtime_error("a queue is not as long as it says: it changes");
    return found;
}

std::vector<uint64_t> Links::tree(uint64_t root) const {
    std::vector<uint64_t> found;
    std::vector<uint64_t> pending = {kernel_.get(root, root_)};
    while (!pending.empty()) {
        const uint64_t node = pending.back();
        pending.pop_back();
        if (!node)
            continue;
        found.push_back(node - node_);
        bound(found);
        pending.push_back(kernel_.get(node, left_));
        pending.push_back(kernel_.get(node, right_));
    }
    return found;
}

std::vector<uint64_t> Links::chain(uint64_t first) const {
    std::vector<uint64_t> found;
    for (uint64_t skb = first; skb; skb = skbs_.next(skb)) {
        found.push_back(skb);
        bound(found);
    }
    return found;
}

} // namespace gmkcore
