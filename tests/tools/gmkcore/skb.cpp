#include "gmkcore/skb.h"

#include <algorithm>
#include <stdexcept>

namespace gmkcore {
namespace {

constexpr unsigned int most_fragments = 64; // CONFIG_MAX_SKB_FRAGS is 45 at the most
constexpr unsigned int most_listed = 1 << 20;
constexpr unsigned int deepest = 8;

} // namespace

SkbReader::SkbReader(const Kernel& kernel, const Pages& pages)
    : kernel_(kernel), pages_(pages), next_(kernel.types.field("sk_buff", "next")),
      previous_(kernel.types.field("sk_buff", "prev")),
      length_(kernel.types.field("sk_buff", "len")),
      truesize_(kernel.types.field("sk_buff", "truesize")),
      head_(kernel.types.field("sk_buff", "head")), end_(kernel.types.field("sk_buff", "end")),
      head_is_fragment_(kernel.types.field("sk_buff", "head_frag")),
      fragment_count_(kernel.types.field("skb_shared_info", "nr_frags")),
      fragment_list_(kernel.types.field("skb_shared_info", "frag_list")),
      // Each fragment has a page; since Linux 6.9 the member is called netmem.
      fragments_(kernel.types.field("skb_shared_info", {"frags.0.netmem", "frags.0.bv_page"})),
      fragment_size_(kernel.types.field("skb_shared_info", "frags.0").size),
      size_(kernel.types.size("sk_buff")), info_size_(kernel.types.size("skb_shared_info")) {}

void SkbReader::add_fragments(uint64_t info, Account::Buffer& to) const {
    const uint64_t count = kernel_.get(info, fragment_count_);
    if (count > most_fragments)
        throw std::runtime_error("an sk_buff of " + std::to_string(count) + " fragments");
    to.fragments = std::max(to.fragments, count);
    for (uint64_t n = 0; n < count; n++) {
        const uint64_t page = kernel_.get(info + n * fragment_size_, fragments_);
        // Bit 0 marks memory that no CPU can read and that has no struct page.
        if (page & 1)
            to.unreadable_fragments++;
        else
            to.parts.push_back({pages_.of(page)});
    }
}

void SkbReader::add_parts(uint64_t skb, Account::Buffer& to, unsigned int depth) const {
    to.parts.push_back({pages_.at(skb, size_)});
    const uint64_t head = kernel_.get(skb, head_);
    // Netlink may free the head of an sk_buff that it is done with, but keep the sk_buff.
    if (!head)
        return;
    const uint64_t end = kernel_.get(skb, end_); // an offset, as on all 64-bit machines
    const Extent extent = pages_.at(head, end + info_size_);
    const bool kmalloc = !kernel_.get(skb, head_is_fragment_);
    to.parts.push_back({extent, kmalloc && extent.kind == Extent::pages});
    const uint64_t info = head + end;
    add_fragments(info, to);
    uint64_t listed = kernel_.get(info, fragment_list_);
    if (listed && depth == deepest)
        throw std::runtime_error("fragment lists within fragment lists");
    for (unsigned int n = 0; listed; n++, listed = next(listed)) {
        if (n == most_listed)
            throw std::runtime_error("a fragment list without end");
        add_parts(listed, to, depth + 1);
    }
}

Account::Buffer SkbReader::read(uint64_t skb) const {
    Account::Buffer buffer;
    buffer.bytes = kernel_.get(skb, length_);
    buffer.truesize_bytes = kernel_.get(skb, truesize_);
    add_parts(skb, buffer, 0);
    return buffer;
}

} // namespace gmkcore
