#include "lib/model/search.h"

namespace ghostmem {

std::string_view name_of(ghostmem_search_phase phase) {
    constexpr std::array<std::string_view, GHOSTMEM_SEARCH_PHASES> names{
        "none",    "calibrate", "tables", "ghosts",  "roots",
        "closure", "again",     "done",   "stopped", "failed"};
    static_assert(!names.back().empty());
    return names.at(phase);
}

std::string_view name_of(ghostmem_ghost_kind kind) {
    constexpr std::array<std::string_view, GHOSTMEM_GHOST_KINDS> names{
        "pages", "page_pool", "let_go", "zspool", "large_kmalloc", "typed"};
    static_assert(!names.back().empty());
    return names.at(kind);
}

std::string_view name_of(ghostmem_holder_kind kind) {
    constexpr std::array<std::string_view, GHOSTMEM_HOLDER_KINDS> names{
        "unknown", "module",    "kernel",  "slab",  "vmalloc", "vmap",
        "ghost",   "page_list", "per_cpu", "stack", "boot"};
    static_assert(!names.back().empty());
    return names.at(kind);
}

std::string_view name_of(ghostmem_confidence confidence) {
    constexpr std::array<std::string_view, GHOSTMEM_CONFIDENCES> names{"exact", "chain", "tail",
                                                                       "stale", "weak"};
    static_assert(!names.back().empty());
    return names.at(confidence);
}

std::vector<std::string_view> limit_names(uint32_t limits) {
    constexpr std::array<std::string_view, 9> names{
        "content", "groups", "blocks", "extents", "stacks", "unfit", "decoys", "once", "objects"};
    std::vector<std::string_view> words;
    for (size_t i = 0; i < names.size(); ++i) {
        if ((limits >> i & 1) != 0)
            words.push_back(names.at(i));
    }
    return words;
}

bool SearchState::running() const {
    return phase >= GHOSTMEM_SEARCH_CALIBRATE && phase <= GHOSTMEM_SEARCH_AGAIN;
}

LostPages SearchResult::all_lost() const {
    LostPages sum;
    for (const LostPages& kind : lost) {
        sum.blocks += kind.blocks;
        sum.pages += kind.pages;
        for (size_t i = 0; i < sum.orders.size(); ++i)
            sum.orders[i] += kind.orders[i];
    }
    return sum;
}

} // namespace ghostmem
