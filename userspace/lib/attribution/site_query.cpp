#include "lib/attribution/site_query.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"

namespace ghostmem {

namespace {

bool matches(const SiteView& view, const ListOptions& options, const ClassSet& classes) {
    if (!classes.contains(view.cls)) {
        const bool by_default = !options.classes && !options.module;
        if (!by_default || !options.also || !options.also(view))
            return false;
    }
    if (options.module && view.module != (*options.module == kernel_itself ? "" : *options.module))
        return false;
    if (view.subject_bytes() < options.min_bytes)
        return false;
    if (options.min_age.count() > 0) {
        const auto least = static_cast<uint64_t>(options.min_age.count());
        if (!view.site.oldest_s || *view.site.oldest_s < least)
            return false;
    }
    return true;
}

// Compares growth over the longest time first: the longer it has lasted, the less likely it is
// chance. Unknown growth compares less than any other.
bool grows_more(const SiteView& a, const SiteView& b) {
    return std::lexicographical_compare(
        b.growth.rbegin(), b.growth.rend(), a.growth.rbegin(), a.growth.rend(),
        [](const Growth& one, const Growth& other) { return one.bytes_per_s < other.bytes_per_s; });
}

bool before(const SiteView& a, const SiteView& b, SortKey key) {
    switch (key) {
    case SortKey::pages:
        if (a.subject_pages() != b.subject_pages())
            return a.subject_pages() > b.subject_pages();
        break;
    case SortKey::age:
        // nullopt compares less than any age.
        if (a.site.oldest_s != b.site.oldest_s)
            return a.site.oldest_s > b.site.oldest_s;
        break;
    case SortKey::rate:
        if (a.rate != b.rate)
            return a.rate > b.rate;
        break;
    case SortKey::growth:
        if (grows_more(a, b) != grows_more(b, a))
            return grows_more(a, b);
        break;
    case SortKey::bytes:
        break;
    }
    if (a.subject_bytes() != b.subject_bytes())
        return a.subject_bytes() > b.subject_bytes();
    return a.site.slot < b.site.slot;
}

void sort_and_cut(std::vector<SiteView>& views, const ListOptions& options) {
    std::ranges::sort(
        views, [&](const SiteView& a, const SiteView& b) { return before(a, b, options.sort); });
    if (options.top && views.size() > *options.top)
        views.resize(*options.top);
}

} // namespace

std::string_view name_of(SortKey key) {
    switch (key) {
    case SortKey::pages:
        return "pages";
    case SortKey::age:
        return "age";
    case SortKey::rate:
        return "rate";
    case SortKey::growth:
        return "growth";
    case SortKey::bytes:
        break;
    }
    return "bytes";
}

std::string module_name(std::string text) {
    std::ranges::replace(text, '-', '_');
    return text;
}

std::string list_problem(const ListOptions& options, std::string_view command) {
    if (!options.classes || !options.classes->contains(SiteClass::skb))
        return {};
    if (command != "sites")
        return fmt::format("skb does not apply to {}", command);
    return options.sort == SortKey::rate ? "skb has no rate; see --sort growth" : "";
}

ClassSet chosen_classes(const ListOptions& options) {
    if (options.classes)
        return *options.classes;
    if (options.module)
        return driver_classes();
    return {SiteClass::direct};
}

SiteSelection select_sites(std::vector<SiteView> views, const ListOptions& options) {
    const ClassSet classes = chosen_classes(options);
    SiteSelection selection;
    for (SiteView& view : views) {
        if (!matches(view, options, classes))
            continue;
        selection.matched_bytes += view.subject_bytes();
        selection.matched_pages += view.subject_pages();
        if (const auto& error = view.subject_error())
            selection.error = selection.error.value_or(Uncertainty{}) + *error;
        selection.sites.push_back(std::move(view));
    }
    selection.matched = selection.sites.size();
    if (options.by != GroupBy::stack)
        selection.merged = merge_sites(selection.sites, options.by);
    selection.rows_matched = selection.rows().size();
    sort_and_cut(selection.sites, options);
    sort_and_cut(selection.merged, options);
    return selection;
}

} // namespace ghostmem
