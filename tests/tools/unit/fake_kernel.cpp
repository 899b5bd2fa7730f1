#include "unit/fake_kernel.h"

#include <sstream>

#include "unit/synthetic_btf.h"

namespace gmkcore {
namespace {

constexpr uint64_t variables = 0xffffffff82000000;
constexpr uint64_t head_bit = 6;
constexpr uint64_t slab_bit = 9;
constexpr uint64_t reserved_bit = 14;
constexpr uint64_t slab_type = 0xf5;

// Offsets in struct page.
constexpr uint64_t link_at = 8;
constexpr uint64_t cache_at = 24;
constexpr uint64_t mapping_at = 24;
constexpr uint64_t type_at = 48;
constexpr uint64_t order_at = 17; // in the first tail page, in one of the layouts
// Offsets in sk_buff.
constexpr uint64_t length_at = 16;
constexpr uint64_t truesize_at = 20;
constexpr uint64_t flags_at = 24;
constexpr uint64_t end_at = 28;
constexpr uint64_t head_at = 32;
// Offsets in skb_shared_info.
constexpr uint64_t list_at = 8;
constexpr uint64_t fragments_at = 48;

void add_pages(SyntheticBtf& made, Era era, uint32_t byte, uint32_t word, uint32_t wide) {
    if (era == Era::flags) {
        made.enumeration(
            {{"PG_head", head_bit}, {"PG_reserved", reserved_bit}, {"PG_slab", slab_bit}});
        made.structure("page", 64,
                       {{"flags", wide, 0},
                        {"compound_head", wide, link_at * 8},
                        {"compound_order", byte, order_at * 8},
                        {"mapping", wide, mapping_at * 8},
                        {"page_type", word, type_at * 8}});
    } else {
        made.enumeration(
            {{"PG_head", head_bit}, {"PG_reserved", reserved_bit}, {"PGTY_slab", slab_type}});
        const uint32_t flags = made.structure("memdesc_flags", 8, {{"f", wide, 0}});
        made.structure("page", 64,
                       {{"flags", flags, 0},
                        {"compound_info", wide, link_at * 8},
                        {"mapping", wide, mapping_at * 8},
                        {"page_type", word, type_at * 8}});
        made.structure("folio", 256, {{"_flags_1", wide, 64 * 8}});
    }
    made.structure("slab", 64, {{"slab_cache", wide, cache_at * 8}});
    made.structure("kmem_cache", 16, {{"size", word, 0}, {"object_size", word, 32}});
}

void add_skbs(SyntheticBtf& made, Era era, uint32_t byte, uint32_t word, uint32_t wide) {
    made.structure("rb_root", 8, {{"rb_node", wide, 0}});
    const uint32_t node = made.structure(
        "rb_node", 24,
        {{"__rb_parent_color", wide, 0}, {"rb_right", wide, 64}, {"rb_left", wide, 128}});
    made.structure("sk_buff_head", 24,
                   {{"next", wide, 0}, {"prev", wide, 64}, {"qlen", word, 128}});
    made.structure("sk_buff", 232,
                   {{"next", wide, 0},
                    {"prev", wide, 64},
                    {"len", word, length_at * 8},
                    {"truesize", word, truesize_at * 8},
                    {"head_frag", byte, flags_at * 8 + 5, 1},
                    {"end", word, end_at * 8},
                    {"head", wide, head_at * 8},
                    {"rbnode", node, 80 * 8}});
    const uint32_t fragment =
        made.structure("skb_frag", 16, {{era == Era::flags ? "bv_page" : "netmem", wide, 0}});
    made.structure("skb_shared_info", 320,
                   {{"nr_frags", byte, 16},
                    {"frag_list", wide, list_at * 8},
                    {"frags", made.array(fragment, 17), fragments_at * 8}});
}

} // namespace

void FakeMemory::read(uint64_t address, void* to, size_t size) {
    auto* const out = static_cast<uint8_t*>(to);
    for (size_t n = 0; n < size; n++) {
        const auto found = bytes_.find(address + n);
        out[n] = found == bytes_.end() ? 0 : found->second;
    }
}

void FakeMemory::write(uint64_t address, uint64_t value, size_t size) {
    for (size_t n = 0; n < size; n++)
        bytes_[address + n] = static_cast<uint8_t>(value >> 8 * n);
}

std::string name_of(const testing::TestParamInfo<Era>& era) {
    return era.param == Era::flags ? "flags" : "types";
}

Btf FakeKernel::types(Era era) {
    SyntheticBtf made;
    const uint32_t byte = made.integer("unsigned char", 1);
    const uint32_t word = made.integer("unsigned int", 4);
    const uint32_t wide = made.integer("unsigned long", 8);
    add_pages(made, era, byte, word, wide);
    add_skbs(made, era, byte, word, wide);
    return Btf(made.blob());
}

Symbols FakeKernel::symbols() {
    std::istringstream text("ffffffff82000000 D page_offset_base\n"
                            "ffffffff82000008 D vmalloc_base\n"
                            "ffffffff82000010 D vmemmap_base\n");
    return Symbols(text);
}

FakeKernel::FakeKernel(Era era) : era_(era), kernel(types(era), symbols(), memory) {
    memory.write(variables, direct);
    memory.write(variables + 8, vmalloc);
    memory.write(variables + 16, map);
}

void FakeKernel::compound(uint64_t first, unsigned int order, bool by_mask) {
    if (order == 0)
        return;
    memory.write(page_of(first), 1 << head_bit);
    for (uint64_t n = 1; n < uint64_t{1} << order; n++) {
        const uint64_t mask = ~((page_size << order) - 1);
        memory.write(page_of(first + n) + link_at, (by_mask ? mask : page_of(first)) | 1);
    }
    if (era_ == Era::flags)
        memory.write(page_of(first + 1) + order_at, order, 1);
    else
        memory.write(page_of(first + 1), order | 0xabc00); // with other flags in the higher bits
}

void FakeKernel::slab(uint64_t first, unsigned int order, uint64_t cache, uint32_t size,
                      uint32_t asked) {
    compound(first, order);
    if (era_ == Era::flags)
        memory.write(page_of(first), uint64_t{1} << slab_bit | (order ? 1 << head_bit : 0));
    else
        memory.write(page_of(first) + type_at, slab_type << 24, 4);
    memory.write(page_of(first) + cache_at, cache);
    memory.write(cache, size, 4);
    memory.write(cache + 4, asked, 4);
}

void FakeKernel::reserved(uint64_t number) {
    memory.write(page_of(number), uint64_t{1} << reserved_bit);
}

void FakeKernel::mapped(uint64_t number) {
    memory.write(page_of(number) + mapping_at, 0xf00);
}

void FakeKernel::skb(uint64_t address, uint64_t head, uint32_t end, uint32_t length,
                     uint32_t truesize, bool head_is_fragment) {
    memory.write(address + length_at, length, 4);
    memory.write(address + truesize_at, truesize, 4);
    memory.write(address + flags_at, head_is_fragment ? 1 << 5 : 0, 1);
    memory.write(address + end_at, end, 4);
    memory.write(address + head_at, head);
}

void FakeKernel::fragment(uint64_t head, uint32_t end, unsigned int number, uint64_t page) {
    memory.write(head + end + 2, number + 1, 1);
    memory.write(head + end + fragments_at + number * 16, page);
}

void FakeKernel::fragment_list(uint64_t head, uint32_t end, uint64_t first) {
    memory.write(head + end + list_at, first);
}

void FakeKernel::queue(uint64_t head, const std::vector<uint64_t>& skbs) {
    uint64_t before = head;
    for (const uint64_t skb : skbs) {
        memory.write(before, skb);
        memory.write(skb + 8, before);
        before = skb;
    }
    memory.write(before, head);
    memory.write(head + 8, before);
    memory.write(head + 16, skbs.size(), 4);
}

void FakeKernel::tree_node(uint64_t skb, uint64_t left, uint64_t right) {
    constexpr uint64_t node_at = 80;
    memory.write(skb + node_at + 8, right ? right + node_at : 0);
    memory.write(skb + node_at + 16, left ? left + node_at : 0);
}

} // namespace gmkcore
