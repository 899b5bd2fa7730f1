#include "lib/genl/codec_search.h"

#include "lib/genl/rows.h"

namespace ghostmem {

template <> inline constexpr uint32_t enum_count<ghostmem_search_phase> = GHOSTMEM_SEARCH_PHASES;
template <> inline constexpr uint32_t enum_count<ghostmem_ghost_kind> = GHOSTMEM_GHOST_KINDS;
template <> inline constexpr uint32_t enum_count<ghostmem_holder_kind> = GHOSTMEM_HOLDER_KINDS;
template <> inline constexpr uint32_t enum_count<ghostmem_confidence> = GHOSTMEM_CONFIDENCES;

template <> struct Layout<SearchState> {
    static constexpr const char* name = "search";
    static constexpr int max = GHOSTMEM_SEARCH_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SEARCH_A_NUMBER, &SearchState::number),
        row(GHOSTMEM_SEARCH_A_PHASE, &SearchState::phase),
        row(GHOSTMEM_SEARCH_A_DONE, &SearchState::done),
        row(GHOSTMEM_SEARCH_A_TOTAL, &SearchState::total),
        row(GHOSTMEM_SEARCH_A_TARGET_PAGES, &SearchState::target_pages),
        row(GHOSTMEM_SEARCH_A_HELD_PAGES, &SearchState::held_pages),
        optional_row(GHOSTMEM_SEARCH_A_REASON, &SearchState::reason),
    };
};

template <> struct Layout<LostPages> {
    static constexpr const char* name = "lost pages";
    static constexpr int max = GHOSTMEM_LOST_PAGES_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_LOST_PAGES_A_KIND, &LostPages::kind),
        row(GHOSTMEM_LOST_PAGES_A_BLOCKS, &LostPages::blocks),
        row(GHOSTMEM_LOST_PAGES_A_PAGES, &LostPages::pages),
        row(GHOSTMEM_LOST_PAGES_A_ORDERS, &LostPages::orders),
    };
};

template <> struct Layout<SearchResult> {
    static constexpr const char* name = "result";
    static constexpr int max = GHOSTMEM_RESULT_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_RESULT_A_NUMBER, &SearchResult::number),
        row(GHOSTMEM_RESULT_A_DURATION_NS, &SearchResult::duration_ns),
        row(GHOSTMEM_RESULT_A_BUSY_NS, &SearchResult::busy_ns),
        row(GHOSTMEM_RESULT_A_MEMORY_BYTES, &SearchResult::memory_bytes),
        row(GHOSTMEM_RESULT_A_GHOST_BLOCKS, &SearchResult::ghost_blocks),
        row(GHOSTMEM_RESULT_A_GHOST_PAGES, &SearchResult::ghost_pages),
        row(GHOSTMEM_RESULT_A_HELD_PAGES, &SearchResult::held_pages),
        row(GHOSTMEM_RESULT_A_TAIL_PAGES, &SearchResult::tail_pages),
        row(GHOSTMEM_RESULT_A_GONE_PAGES, &SearchResult::gone_pages),
        row(GHOSTMEM_RESULT_A_DECOYS_TRIED, &SearchResult::decoys_tried),
        row(GHOSTMEM_RESULT_A_DECOYS_BELIEVED, &SearchResult::decoys_believed),
        row(GHOSTMEM_RESULT_A_LIMITS, &SearchResult::limits),
        row(GHOSTMEM_RESULT_A_ROWS_OMITTED, &SearchResult::rows_omitted),
        row(GHOSTMEM_RESULT_A_ROWS_OMITTED_PAGES, &SearchResult::rows_omitted_pages),
        list_row(GHOSTMEM_RESULT_A_LOST, &SearchResult::lost),
    };
};

template <> struct Layout<HolderLink> {
    static constexpr const char* name = "link";
    static constexpr int max = GHOSTMEM_LINK_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_LINK_A_KIND, &HolderLink::kind),
        optional_row(GHOSTMEM_LINK_A_NAME, &HolderLink::name),
        row(GHOSTMEM_LINK_A_OFFSET, &HolderLink::offset),
        row(GHOSTMEM_LINK_A_PID, &HolderLink::pid),
        checked_row<Format<std::string>>(GHOSTMEM_LINK_A_SYMBOL),
    };
};

template <> HolderLink decode_nest<HolderLink>(nlattr* nest) {
    const Attributes in = attributes_of<HolderLink>(nest);
    HolderLink link = decode_rows<HolderLink>(in);
    in.each_of(GHOSTMEM_LINK_A_SYMBOL,
               [&](nlattr* symbol) { link.symbols.push_back(printable(nla_get_string(symbol))); });
    return link;
}

template <> struct Layout<HolderRow> {
    static constexpr const char* name = "holder";
    static constexpr int max = GHOSTMEM_HOLDER_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_HOLDER_A_KIND, &HolderRow::kind),
        row(GHOSTMEM_HOLDER_A_BLOCKS, &HolderRow::blocks),
        row(GHOSTMEM_HOLDER_A_PAGES, &HolderRow::pages),
        row(GHOSTMEM_HOLDER_A_ORDERS, &HolderRow::orders),
        row(GHOSTMEM_HOLDER_A_CONFIDENCE, &HolderRow::confidence),
        list_row(GHOSTMEM_HOLDER_A_LINK, &HolderRow::links),
    };
};

template <> struct Layout<StrayAreas> {
    static constexpr const char* name = "stray";
    static constexpr int max = GHOSTMEM_STRAY_A_MAX;
    static constexpr std::tuple rows{
        optional_row(GHOSTMEM_STRAY_A_CALLER, &StrayAreas::caller),
        row(GHOSTMEM_STRAY_A_AREAS, &StrayAreas::areas),
        row(GHOSTMEM_STRAY_A_PAGES, &StrayAreas::pages),
    };
};

SearchState decode_search(nlattr* nest) {
    return decode_nest<SearchState>(nest);
}

SearchResult decode_result(nlattr* nest) {
    return decode_nest<SearchResult>(nest);
}

HolderRow decode_holder(nlattr* nest) {
    HolderRow row = decode_nest<HolderRow>(nest);
    if (row.links.empty())
        garbled("a holder without a container");
    return row;
}

StrayAreas decode_stray(nlattr* nest) {
    return decode_nest<StrayAreas>(nest);
}

} // namespace ghostmem
