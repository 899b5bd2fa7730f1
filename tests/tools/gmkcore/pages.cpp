#include "gmkcore/pages.h"

#include <sstream>
#include <stdexcept>

namespace gmkcore {
namespace {

constexpr uint64_t page_size = 4096;
// Linux 6.12: a page's type is in the highest byte of the word that otherwise counts mappings.
constexpr unsigned int type_shift = 24;
constexpr uint64_t lowest_mask = 0xffffffff00000000;

int64_t enumerator(const Kernel& kernel, std::string_view name) {
    if (const auto value = kernel.types.enumerator(name))
        return *value;
    throw std::runtime_error("the kernel's BTF has no " + std::string(name));
}

Field order_field(const Btf& types) {
    // Since Linux 6.6 the order is the lowest byte of the first tail page's flags; before, it was a
    // member of the first tail page.
    if (auto field = types.find("page", "compound_order")) {
        field->offset += types.size("page");
        return *field;
    }
    Field field = types.field("folio", "_flags_1");
    field.size = 1;
    return field;
}

} // namespace

Pages::Pages(const Kernel& kernel)
    : kernel_(kernel), direct_(kernel.pointer(kernel.symbols.at("page_offset_base"))),
      vmalloc_(kernel.pointer(kernel.symbols.at("vmalloc_base"))),
      map_(kernel.pointer(kernel.symbols.at("vmemmap_base"))), size_(kernel.types.size("page")),
      flags_(kernel.types.field("page", "flags")),
      link_(kernel.types.field("page", {"compound_head", "compound_info"})),
      mapping_(kernel.types.field("page", "mapping")), order_(order_field(kernel.types)),
      // Since Linux 5.17 struct slab overlays struct page.
      cache_(kernel.types.has("slab") ? kernel.types.field("slab", "slab_cache")
                                      : kernel.types.field("page", "slab_cache")),
      cache_size_(kernel.types.field("kmem_cache", "size")),
      cache_object_size_(kernel.types.field("kmem_cache", "object_size")),
      page_type_(kernel.types.field("page", "page_type")),
      head_bit_(uint64_t{1} << enumerator(kernel, "PG_head")),
      reserved_bit_(uint64_t{1} << enumerator(kernel, "PG_reserved")),
      slab_bit_(kernel.types.enumerator("PG_slab").value_or(-1)),
      slab_type_(slab_bit_ < 0 ? enumerator(kernel, "PGTY_slab") : -1) {}

uint64_t Pages::page_of(uint64_t address) const {
    if (address < direct_ || address >= vmalloc_) {
        std::ostringstream text;
        text << "0x" << std::hex << address << " is not of the direct map";
        throw std::runtime_error(text.str());
    }
    return map_ + (address - direct_) / page_size * size_;
}

uint64_t Pages::address_of(uint64_t page) const {
    return direct_ + (page - map_) / size_ * page_size;
}

uint64_t Pages::head_of(uint64_t page) const {
    const uint64_t link = kernel_.get(page, link_);
    if (!(link & 1))
        return page;
    // Since Linux 7.1, if the size of struct page is a power of two, this is a mask to apply to the
    // tail's address; otherwise it is the head's address. No struct page is at such a high address.
    const uint64_t head = link - 1;
    return head >= lowest_mask ? page & head : head;
}

unsigned int Pages::order_of(uint64_t head) const {
    if (!(kernel_.get(head, flags_) & head_bit_))
        return 0;
    const uint64_t order = kernel_.get(head, order_);
    if (order == 0 || order > 18)
        throw std::runtime_error("a compound page of order " + std::to_string(order) +
                                 ": the kernel keeps it elsewhere, or it has gone");
    return static_cast<unsigned int>(order);
}

bool Pages::is_slab(uint64_t head) const {
    if (slab_bit_ >= 0)
        return kernel_.get(head, flags_) >> slab_bit_ & 1;
    return kernel_.get(head, page_type_) >> type_shift == static_cast<uint64_t>(slab_type_);
}

Extent Pages::object(uint64_t address, uint64_t head) const {
    const uint64_t cache = kernel_.get(head, cache_);
    const uint64_t size = kernel_.get(cache, cache_size_);
    const uint64_t start = address_of(head);
    if (size == 0)
        throw std::runtime_error("a slab cache of objects without size");
    return {Extent::slab, start + (address - start) / size * size, size,
            kernel_.get(cache, cache_object_size_), 0};
}

Extent Pages::at(uint64_t address, uint64_t size) const {
    if (address >= vmalloc_ && address < map_)
        return {Extent::vmalloc, address, (size + page_size - 1) / page_size * page_size, 0, 0};
    const uint64_t head = head_of(page_of(address));
    return is_slab(head) ? object(address, head) : of(head);
}

Extent Pages::of(uint64_t page) const {
    const uint64_t head = head_of(page);
    if (is_slab(head))
        throw std::runtime_error("a page of the slab where there can be none");
    const unsigned int order = order_of(head);
    Extent::Kind kind = Extent::pages;
    if (kernel_.get(head, flags_) & reserved_bit_)
        kind = Extent::image;
    else if (kernel_.get(head, mapping_))
        kind = Extent::users;
    return {kind, head, page_size << order, 0, order};
}

} // namespace gmkcore
