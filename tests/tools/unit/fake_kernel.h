// A fake kernel with a few pages: only the layout and memory that the walk reads.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "gmkcore/kernel.h"
#include "gmkcore/pages.h"
#include "gmkcore/skb.h"

namespace gmkcore {

class FakeMemory : public Memory {
  public:
    void read(uint64_t address, void* to, size_t size) override;
    void write(uint64_t address, uint64_t value, size_t size = 8);

  private:
    std::map<uint64_t, uint8_t> bytes_; // bytes that were never written are 0
};

// The kernel layouts to test with.
enum class Era {
    flags, // slab is a page flag, the order is a member of its own (Linux 6.1)
    types, // slab is a page type, the order is in the first tail's flags (Linux 7.2)
};

// Names the era in test names.
std::string name_of(const testing::TestParamInfo<Era>& era);

class FakeKernel {
  public:
    static constexpr uint64_t direct = 0xff11000000000000;
    static constexpr uint64_t vmalloc = 0xffa0000000000000;
    static constexpr uint64_t map = 0xffd4000000000000;
    static constexpr uint64_t page_size = 64; // of struct page

    explicit FakeKernel(Era era);

    // The address of the page with pfn @number, and that of its struct page.
    static uint64_t memory_of(uint64_t number) { return direct + number * 4096; }
    static uint64_t page_of(uint64_t number) { return map + number * page_size; }

    void compound(uint64_t first, unsigned int order, bool by_mask = false);
    void slab(uint64_t first, unsigned int order, uint64_t cache, uint32_t size, uint32_t asked);
    void mapped(uint64_t number);
    void reserved(uint64_t number);

    // Writes an sk_buff without fragments.
    void skb(uint64_t address, uint64_t head, uint32_t end, uint32_t length, uint32_t truesize,
             bool head_is_fragment);
    void fragment(uint64_t head, uint32_t end, unsigned int number, uint64_t page);
    void fragment_list(uint64_t head, uint32_t end, uint64_t first);
    // Writes a queue head, and links the sk_buffs into the queue.
    void queue(uint64_t head, const std::vector<uint64_t>& skbs);
    void tree_node(uint64_t skb, uint64_t left, uint64_t right);

    FakeMemory memory;

  private:
    Era era_;

    static Btf types(Era era);
    static Symbols symbols();

  public:
    Kernel kernel;
};

} // namespace gmkcore
