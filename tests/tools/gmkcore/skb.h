// Reads an sk_buff and the memory that it holds.
#pragma once

#include <cstdint>
#include <vector>

#include "gmkcore/account.h"
#include "gmkcore/kernel.h"
#include "gmkcore/pages.h"

namespace gmkcore {

class SkbReader {
  public:
    SkbReader(const Kernel& kernel, const Pages& pages);

    // Reads an sk_buff, including those in its frag_list.
    [[nodiscard]] Account::Buffer read(uint64_t skb) const;

    // The links to the neighbouring sk_buffs.
    [[nodiscard]] uint64_t next(uint64_t skb) const { return kernel_.get(skb, next_); }
    [[nodiscard]] uint64_t previous(uint64_t skb) const { return kernel_.get(skb, previous_); }

  private:
    const Kernel& kernel_;
    const Pages& pages_;
    Field next_;
    Field previous_;
    Field length_;
    Field truesize_;
    Field head_;
    Field end_;
    Field head_is_fragment_;
    Field fragment_count_;
    Field fragment_list_;
    Field fragments_; // the page of the first fragment
    uint32_t fragment_size_;
    uint32_t size_;      // of sk_buff
    uint32_t info_size_; // of skb_shared_info

    void add_parts(uint64_t skb, Account::Buffer& to, unsigned int depth) const;
    void add_fragments(uint64_t info, Account::Buffer& to) const;
};

} // namespace gmkcore
