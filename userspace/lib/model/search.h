// The search for who refers to ghost memory: its state, and its result, as the module reports them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/model/zone.h"

namespace ghostmem {

/// Return stable words, the ones that JSON uses.
std::string_view name_of(ghostmem_search_phase phase);
std::string_view name_of(ghostmem_ghost_kind kind);
std::string_view name_of(ghostmem_holder_kind kind);
std::string_view name_of(ghostmem_confidence confidence);

/// The stable word of each limit in a set of enum ghostmem_search_limit.
std::vector<std::string_view> limit_names(uint32_t limits);

struct SearchState {
    uint32_t number = 0; ///< counts the searches since the module was loaded
    ghostmem_search_phase phase = GHOSTMEM_SEARCH_NONE;
    uint64_t done = 0;  ///< of total, in units that depend on the phase
    uint64_t total = 0; ///< 0: not known
    uint64_t target_pages = 0;
    uint64_t held_pages = 0;
    std::string reason; ///< why it failed, or empty

    [[nodiscard]] bool running() const;
};

/// A container of references.
struct HolderLink {
    ghostmem_holder_kind kind = GHOSTMEM_HOLDER_UNSPEC;
    std::string name; ///< empty: not known
    std::optional<uint32_t> offset;
    std::optional<uint32_t> pid;
    std::vector<std::string> symbols; ///< what its objects point to in code and data of the kernel
};

/// Blocks that are held in the same way. The first link refers to them, and each other one to the
/// link before it.
struct HolderRow {
    ghostmem_ghost_kind kind = GHOSTMEM_GHOST_PAGES;
    uint64_t blocks = 0;
    uint64_t pages = 0;
    PageOrders orders{};
    ghostmem_confidence confidence = GHOSTMEM_CONFIDENCE_EXACT;
    std::vector<HolderLink> links;
};

/// Blocks of a kind that nothing refers to.
struct LostPages {
    ghostmem_ghost_kind kind = GHOSTMEM_GHOST_PAGES;
    uint64_t blocks = 0;
    uint64_t pages = 0;
    PageOrders orders{};
};

/// Areas of vmalloc() that nothing refers to.
struct StrayAreas {
    std::string caller; ///< the function that took them; empty: not known
    uint64_t areas = 0;
    uint64_t pages = 0;
};

struct SearchResult {
    uint32_t number = 0;
    uint64_t duration_ns = 0;
    uint64_t busy_ns = 0;
    uint64_t memory_bytes = 0;
    uint64_t ghost_blocks = 0;
    uint64_t ghost_pages = 0;
    uint64_t held_pages = 0; ///< including tail_pages
    uint64_t tail_pages = 0;
    uint64_t gone_pages = 0;
    uint32_t decoys_tried = 0;
    uint32_t decoys_believed = 0;
    uint32_t limits = 0; ///< enum ghostmem_search_limit
    uint32_t rows_omitted = 0;
    uint64_t rows_omitted_pages = 0;
    std::vector<LostPages> lost;
    std::vector<HolderRow> rows; ///< the largest first
    std::vector<StrayAreas> strays;

    /// The sum over all kinds.
    [[nodiscard]] LostPages all_lost() const;
};

} // namespace ghostmem
