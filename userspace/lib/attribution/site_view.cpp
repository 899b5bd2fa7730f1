#include "lib/attribution/site_view.h"

#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/attribution/frame_rules.h"
#include "lib/attribution/site_id.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

void name_function(SiteView& view) {
    if (view.is_overflow()) {
        view.symbol = "(other)";
    } else if ((view.site.flags & GHOSTMEM_SITE_F_NO_CALLER) != 0) {
        view.symbol = "(no caller)";
    } else if (view.site.frames.empty()) {
        view.symbol = "(no stack)";
    } else {
        const Frame& frame = view.site.frames[view.shown_from];
        if (!frame.symbol.empty()) {
            view.symbol = frame.symbol;
            view.function = fmt::format("{}+{:#x}", frame.symbol, frame.offset);
            return;
        }
        view.symbol = "(no symbol)";
    }
    view.function = view.symbol;
}

// The tracer's frames are in stacks only because it recorded them, except in its own sites.
void name_module(SiteView& view) {
    for (size_t i = view.shown_from; i < view.site.frames.size(); ++i) {
        const Frame& frame = view.site.frames[i];
        if (frame.module.empty())
            continue;
        if (frame.module == tracer_module && view.cls != SiteClass::tracer)
            continue;
        view.module = frame.module;
        view.module_state = frame.state;
        return;
    }
}

Growth growth_of(const Trend& trend, uint32_t page_size) {
    Growth growth;
    growth.span_s = trend.span_s;
    growth.rises = trend.rises.value_or(0);
    growth.floor_bytes = pages_to_bytes(trend.floor_pages, page_size);
    growth.before_bytes = pages_to_bytes(trend.before_pages, page_size);
    growth.bytes_per_s =
        (static_cast<double>(growth.floor_bytes) - static_cast<double>(growth.before_bytes)) /
        trend.span_s;
    return growth;
}

// Uses the mean size of the sk_buffs that are live; that of earlier ones was not measured.
Growth growth_of(const Trend& trend, const SkbSite& skb) {
    const uint64_t mean = skb.live_skbs == 0 ? 0 : skb.live_bytes / skb.live_skbs;
    Growth growth;
    growth.span_s = trend.span_s;
    growth.rises = trend.rises.value_or(0);
    growth.floor_bytes = trend.floor_pages * mean;
    growth.before_bytes = trend.before_pages * mean;
    growth.bytes_per_s =
        (static_cast<double>(growth.floor_bytes) - static_cast<double>(growth.before_bytes)) /
        trend.span_s;
    return growth;
}

} // namespace

SiteView make_view(Site site, uint32_t page_size) {
    SiteView view;
    const FrameScan scan = scan_site(site);
    view.cls = scan.cls;
    view.page_size = page_size;
    view.shown_from = scan.shown_from;
    view.live_bytes = site.skb ? site.skb->live_bytes : pages_to_bytes(site.live_pages, page_size);
    if (site.window_pages)
        view.window_bytes = pages_to_bytes(*site.window_pages, page_size);
    for (const Trend& trend : site.trends)
        view.growth.push_back(site.skb ? growth_of(trend, *site.skb) : growth_of(trend, page_size));
    view.id = site_id(site);
    view.ids = {view.id};
    view.site = std::move(site);
    if (const auto& error = view.subject_error())
        view.margin_bytes = pages_to_bytes(margin_pages(*error), page_size);
    name_function(view);
    name_module(view);
    return view;
}

std::vector<SiteView> make_views(std::vector<Site> sites, uint32_t page_size) {
    std::vector<SiteView> views;
    views.reserve(sites.size());
    for (Site& site : sites)
        views.push_back(make_view(std::move(site), page_size));
    return views;
}

void measure_rates(std::vector<SiteView>& views, const std::vector<Site>& earlier,
                   uint32_t page_size, std::chrono::milliseconds interval) {
    std::unordered_map<uint32_t, uint64_t> before;
    for (const Site& site : earlier)
        before[site.slot] = site.live_pages;
    const double seconds = static_cast<double>(interval.count()) / 1000;
    for (SiteView& view : views) {
        const auto at = before.find(view.site.slot);
        const uint64_t old_bytes = at == before.end() ? 0 : pages_to_bytes(at->second, page_size);
        view.rate =
            (static_cast<double>(view.live_bytes) - static_cast<double>(old_bytes)) / seconds;
    }
}

} // namespace ghostmem
