// The ways in which the kernel strings sk_buffs together. None of them is trusted to end.
#pragma once

#include <cstdint>
#include <vector>

#include "gmkcore/kernel.h"
#include "gmkcore/skb.h"

namespace gmkcore {

class Links {
  public:
    Links(const Kernel& kernel, const SkbReader& skbs);

    // Of a struct sk_buff_head. Throws unless it is sound, and as long as it says.
    [[nodiscard]] std::vector<uint64_t> queue(uint64_t head) const;
    // Of an rb_root.
    [[nodiscard]] std::vector<uint64_t> tree(uint64_t root) const;
    // From the first sk_buff by its next, to nothing.
    [[nodiscard]] std::vector<uint64_t> chain(uint64_t first) const;

  private:
    const Kernel& kernel_;
    const SkbReader& skbs_;
    Field queue_next_;
    Field queue_length_;
    Field root_;
    Field left_;
    Field right_;
    uint32_t node_; // of an sk_buff in a tree
};

} // namespace gmkcore
