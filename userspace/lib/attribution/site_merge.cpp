#include "lib/attribution/site_merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "lib/attribution/estimate.h"
#include "lib/base/saturate.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

using Key = std::tuple<std::string, std::string, CodeState, SiteClass, uint64_t>;

Key key_of(const SiteView& view, GroupBy by) {
    switch (by) {
    case GroupBy::function:
        return {view.symbol, view.module, view.module_state, view.cls, 0};
    case GroupBy::module:
        return {"", view.module, view.module_state, view.cls, 0};
    case GroupBy::stack:
        break;
    }
    return {view.symbol, view.module, view.module_state, view.cls, view.site.slot};
}

template <typename Number>
void add_to(std::optional<Number>& sum, const std::optional<Number>& more) {
    if (more)
        sum = sum ? *sum + *more : *more;
}

// Growth over the same time is added; a member whose growth is not known yet contributes none. The
// sum of the floors of several sites is never more than the floor of their sum.
void add_growth(std::vector<Growth>& sum, const std::vector<Growth>& more) {
    for (const Growth& one : more) {
        const auto same = std::ranges::find(sum, one.span_s, &Growth::span_s);
        if (same == sum.end()) {
            sum.push_back(one);
            continue;
        }
        // A member that neither grows nor falls does not end the rises of others.
        if (one.floor_bytes != one.before_bytes) {
            const bool alone = same->floor_bytes == same->before_bytes;
            same->rises = alone ? one.rises : std::min(same->rises, one.rises);
        }
        same->floor_bytes = add(same->floor_bytes, one.floor_bytes);
        same->before_bytes = add(same->before_bytes, one.before_bytes);
        same->bytes_per_s += one.bytes_per_s;
    }
    std::ranges::sort(sum, {}, &Growth::span_s);
}

void add_ages(std::optional<Ages>& sum, const std::optional<Ages>& more) {
    if (!more)
        return;
    if (!sum)
        sum = Ages{};
    std::ranges::transform(*sum, *more, sum->begin(), std::plus<>());
}

void add_site(Site& sum, const Site& more) {
    sum.live_pages = add(sum.live_pages, more.live_pages);
    sum.allocs = add(sum.allocs, more.allocs);
    sum.frees = add(sum.frees, more.frees);
    sum.alloc_pages = add(sum.alloc_pages, more.alloc_pages);
    sum.free_pages = add(sum.free_pages, more.free_pages);
    add_to(sum.window_pages, more.window_pages);
    add_to(sum.live_error, more.live_error);
    add_to(sum.window_error, more.window_error);
    add_ages(sum.ages, more.ages);
    if (more.oldest_s && (!sum.oldest_s || *more.oldest_s > *sum.oldest_s)) {
        sum.oldest_s = more.oldest_s;
        sum.oldest_pid = more.oldest_pid;
        sum.flags &= ~GHOSTMEM_SITE_F_OLDEST_MIN;
        sum.flags |= more.flags & GHOSTMEM_SITE_F_OLDEST_MIN;
    }
    if (sum.order != more.order)
        sum.order = 0;
}

void add_view(SiteView& sum, const SiteView& more) {
    add_site(sum.site, more.site);
    sum.live_bytes = add(sum.live_bytes, more.live_bytes);
    add_to(sum.window_bytes, more.window_bytes);
    add_to(sum.rate, more.rate);
    add_growth(sum.growth, more.growth);
    sum.ids.insert(sum.ids.end(), more.ids.begin(), more.ids.end());
    if (sum.function != more.function)
        sum.function = sum.symbol;
}

// The members of a group, the one that holds most first.
SiteView merged(std::vector<const SiteView*>& members, GroupBy by) {
    std::ranges::stable_sort(members, std::greater{},
                             [](const SiteView* view) { return view->subject_bytes(); });
    SiteView sum = *members.front();
    for (size_t i = 1; i < members.size(); ++i) {
        add_view(sum, *members[i]);
        if (by == GroupBy::module && members[i]->symbol != members.front()->symbol)
            sum.function = sum.symbol = "(several)";
    }
    if (const auto& error = sum.subject_error())
        sum.margin_bytes = pages_to_bytes(margin_pages(*error), sum.page_size);
    return sum;
}

} // namespace

std::string_view name_of(GroupBy by) {
    switch (by) {
    case GroupBy::function:
        return "function";
    case GroupBy::module:
        return "module";
    case GroupBy::stack:
        break;
    }
    return "stack";
}

std::optional<GroupBy> parse_group(std::string_view name) {
    for (const GroupBy by : {GroupBy::stack, GroupBy::function, GroupBy::module}) {
        if (name == name_of(by))
            return by;
    }
    return std::nullopt;
}

std::vector<SiteView> merge_sites(const std::vector<SiteView>& views, GroupBy by) {
    std::vector<std::vector<const SiteView*>> groups;
    std::map<Key, size_t> at;
    for (const SiteView& view : views) {
        const auto [entry, is_new] = at.try_emplace(key_of(view, by), groups.size());
        if (is_new)
            groups.emplace_back();
        groups[entry->second].push_back(&view);
    }
    std::vector<SiteView> rows;
    for (std::vector<const SiteView*>& members : groups)
        rows.push_back(merged(members, by));
    return rows;
}

} // namespace ghostmem
