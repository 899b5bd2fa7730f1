// Walks the lists and trees of sk_buffs. No walk relies on the list having an end.
#pragma once

#include <cstdint>
#include <vector>

#include "gmkcore/kernel.h"
#include "gmkcore/skb.h"

namespace gmkcore {

class Links {
  public:
    Links(const Kernel& kernel, const SkbReader& skbs);

    // Walks a struct sk_buff_head. Throws unless its links are consistent and match its qlen.
    [[nodiscard]] std::vector<uint64_t> queue(uint64_t head) const;
    // Walks an rb_root.
    [[nodiscard]] std::vector<uint64_t> tree(uint64_t root) const;
    // Follows the next pointers from the first sk_buff to NULL.
    [[nodiscard]] std::vector<uint64_t> chain(uint64_t first) const;

  private:
    const Kernel& kernel_;
    const SkbReader& skbs_;
    Field queue_next_;
    Field queue_length_;
    Field root_;
    Field left_;
    Field right_;
    uint32_t node_; // offset of the rb_node in an sk_buff
};

} // namespace gmkcore
