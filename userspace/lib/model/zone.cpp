#include "lib/model/zone.h"

namespace ghostmem {

std::string_view name_of(ghostmem_page_class page_class) {
    constexpr std::array<std::string_view, GHOSTMEM_PAGE_CLASSES> names{
        "reserved", "free",      "slab",     "large_kmalloc", "page_table", "hugetlb",
        "offline",  "zspool",    "poisoned", "unevictable",   "anon",       "shmem",
        "file",     "page_pool", "typed",    "pcp",           "tail",       "kernel"};
    static_assert(!names.back().empty());
    return names.at(page_class);
}

std::string_view name_of(ghostmem_migrate type) {
    constexpr std::array<std::string_view, GHOSTMEM_MIGRATE_TYPES> names{
        "unmovable", "movable", "reclaimable", "highatomic", "cma", "isolated"};
    static_assert(!names.back().empty());
    return names.at(type);
}

PageClasses PageCensus::classes() const {
    PageClasses sum{};
    for (const Zone& zone : zones) {
        for (size_t i = 0; i < sum.size(); ++i)
            sum[i] += zone.classes[i];
    }
    return sum;
}

std::optional<uint64_t> PageCensus::let_go_pages() const {
    std::optional<uint64_t> sum;
    for (const Zone& zone : zones) {
        if (zone.let_go_pages)
            sum = sum.value_or(0) + *zone.let_go_pages;
    }
    return sum;
}

} // namespace ghostmem
