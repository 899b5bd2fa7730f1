#include "lib/model/lost.h"

#include <algorithm>
#include <string_view>

#include "lib/base/saturate.h"

namespace ghostmem {

namespace {

constexpr std::string_view a_name_alone[] = {"sites_full", "no_stack", "no_caller", "unnamed"};
constexpr std::string_view of_events[] = {"recursion", "nmi"};
constexpr std::string_view of_pages[] = {"unmapped", "bulk_long"};
// What is counted by the page, whatever it cost; "unmapped" is counted by the block.
constexpr std::string_view by_the_page[] = {"bulk_long", "stale", "offlined"};

template <size_t Count> bool is_one(const std::string_view (&names)[Count], const Lost& lost) {
    return std::ranges::find(names, lost.name) != std::end(names);
}

} // namespace

bool counted_all_the_same(const Lost& lost) {
    return is_one(a_name_alone, lost);
}

std::string_view unit_of(const Lost& lost) {
    return is_one(by_the_page, lost) ? "page" : "event";
}

uint64_t pages_without_record(const std::vector<Lost>& lost, uint64_t pages_each) {
    uint64_t pages = 0;
    for (const Lost& reason : lost) {
        if (is_one(of_events, reason))
            pages = add(pages, multiply(reason.count, pages_each));
        else if (is_one(of_pages, reason))
            pages = add(pages, reason.count);
    }
    return pages;
}

} // namespace ghostmem
