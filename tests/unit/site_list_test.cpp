#include <gtest/gtest.h>

#include "lib/attribution/site_query.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

std::vector<uint32_t> ids(const SiteSelection& selection) {
    std::vector<uint32_t> ids;
    for (const SiteView& view : selection.sites)
        ids.push_back(view.site.slot);
    return ids;
}

SiteSelection select(const ListOptions& options) {
    return select_sites(make_views(sample_sites(), 4096), options);
}

using Ids = std::vector<uint32_t>;

TEST(SiteList, ShowsGhostsLargestFirst) {
    const SiteSelection selection = select({});
    EXPECT_EQ(ids(selection), (Ids{2, 3, 4, 6}));
    EXPECT_EQ(selection.matched, 4U);
    EXPECT_EQ(selection.matched_pages, 4096U + 512 + 128);
    EXPECT_EQ(selection.matched_bytes, (4096U + 512 + 128) * 4096);
}

TEST(SiteList, FiltersByClass) {
    ListOptions options;
    options.classes = ClassSet{SiteClass::slab};
    EXPECT_EQ(ids(select(options)), Ids{5});
    options.classes = parse_classes("all").classes;
    EXPECT_EQ(ids(select(options)), (Ids{5, 2, 3, 4, 6}));
}

TEST(SiteList, AModuleIsItsGhostsAndItsVmalloc) {
    std::vector<Site> sites = sample_sites();
    sites.push_back(site(7, 9000, stack({"__vmalloc_node_range", "vmalloc", "f [e1000]"})));
    sites.push_back(site(8, 9000, stack({"new_slab", "__kmalloc", "f [e1000]"})));
    ListOptions options;
    options.module = "e1000";
    EXPECT_EQ(ids(select_sites(make_views(sites, 4096), options)), (Ids{7, 3}));
    options.classes = ClassSet{SiteClass::slab};
    EXPECT_EQ(ids(select_sites(make_views(sites, 4096), options)), Ids{8});
    options.module = "e100";
    EXPECT_EQ(ids(select_sites(make_views(sites, 4096), options)), Ids{});
}

TEST(SiteList, FiltersByAgeAndSize) {
    ListOptions options;
    options.min_age = std::chrono::seconds{180};
    EXPECT_EQ(ids(select(options)), (Ids{3, 4})); // site 6 holds nothing and so has no age
    options = {};
    options.min_bytes = 512 * 4096;
    EXPECT_EQ(ids(select(options)), (Ids{2, 3}));
    options.min_bytes = UINT64_MAX;
    EXPECT_EQ(select(options).matched, 0U);
}

TEST(SiteList, TopKeepsTheTotals) {
    ListOptions options;
    options.top = 1;
    const SiteSelection selection = select(options);
    EXPECT_EQ(ids(selection), Ids{2});
    EXPECT_EQ(selection.matched, 4U);
    options.top = 100;
    EXPECT_EQ(select(options).sites.size(), 4U);
}

TEST(SiteList, SortsByEachKey) {
    ListOptions options;
    options.sort = SortKey::pages;
    EXPECT_EQ(ids(select(options)), (Ids{2, 3, 4, 6}));
    options.sort = SortKey::age;
    EXPECT_EQ(ids(select(options)), (Ids{4, 3, 2, 6}));

    std::vector<SiteView> views = make_views(sample_sites(), 4096);
    std::vector<Site> earlier = sample_sites();
    earlier[0].live_pages += 100;       // shrinks
    earlier[1].live_pages -= 50;        // grows
    earlier.erase(earlier.begin() + 2); // new
    measure_rates(views, earlier, 4096, std::chrono::milliseconds{500});
    EXPECT_DOUBLE_EQ(*views[0].rate, -100 * 4096 * 2.0);
    EXPECT_DOUBLE_EQ(*views[1].rate, 50 * 4096 * 2.0);
    EXPECT_DOUBLE_EQ(*views[2].rate, 128 * 4096 * 2.0);
    options.sort = SortKey::rate;
    EXPECT_EQ(ids(select_sites(views, options)), (Ids{4, 3, 6, 2}));
}

TEST(SiteList, WhatGrowsAndNeverReturnsIsFirst) {
    const auto with = [](uint32_t slot, std::vector<Trend> trends) {
        Site one = site(slot, 1000 * slot, stack({"__alloc_pages", "f"}));
        one.trends = std::move(trends);
        return one;
    };
    ListOptions options;
    options.sort = SortKey::growth;
    // Sorted by the growth over the longest window, then over shorter ones; sites that fluctuate
    // and then those that shrink come last; ties are sorted by bytes.
    const std::vector<Site> sites = {
        with(8, {{10, 5, 5}, {600, 5, 9}}),     with(7, {{10, 90, 90}, {600, 70, 70}}),
        with(2, {{10, 20, 10}, {600, 9, 3}}),   with(6, {{10, 3, 3}, {600, 70, 70}}),
        with(3, {{10, 90, 10}, {600, 70, 70}}), with(1, {{10, 9, 10}, {600, 9, 3}})};
    EXPECT_EQ(ids(select_sites(make_views(sites, 4096), options)), (Ids{2, 1, 3, 7, 6, 8}));
    // Growth is not known yet.
    EXPECT_EQ(ids(select_sites(make_views({with(4, {}), with(3, {})}, 4096), options)),
              (Ids{4, 3}));
}

TEST(SiteView, GrowthIsBytesASecondOfTheFloors) {
    Site one = site(2, 1000, stack({"__alloc_pages", "f"}));
    one.trends = {{10, 300, 100}, {600, 0, 150}};
    const SiteView view = make_view(one, 4096);
    ASSERT_EQ(view.growth.size(), 2U);
    EXPECT_EQ(view.growth[0].floor_bytes, 300U * 4096);
    EXPECT_EQ(view.growth[0].before_bytes, 100U * 4096);
    EXPECT_DOUBLE_EQ(view.growth[0].bytes_per_s, 20 * 4096);
    EXPECT_DOUBLE_EQ(view.growth[1].bytes_per_s, -1024);
}

TEST(SiteList, TiesGoBySlot) {
    std::vector<Site> sites;
    for (const uint32_t id : {9U, 3U, 7U})
        sites.push_back(site(id, 5, stack({"__alloc_pages", "f"})));
    EXPECT_EQ(ids(select_sites(make_views(sites, 4096), {})), (Ids{3, 7, 9}));
}

TEST(SiteList, AWindowIsWhatCounts) {
    std::vector<Site> sites = {site(1, 1000, stack({"__alloc_pages", "f"})),
                               site(2, 500, stack({"__alloc_pages", "g"}))};
    sites[0].window_pages = 1;
    sites[1].window_pages = 400;
    const SiteSelection selection = select_sites(make_views(sites, 4096), {});
    EXPECT_EQ(ids(selection), (Ids{2, 1}));
    EXPECT_EQ(selection.matched_pages, 401U);
}

} // namespace
} // namespace ghostmem
