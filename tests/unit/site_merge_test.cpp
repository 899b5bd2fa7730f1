// Several sites in one row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/attribution/estimate.h"
#include "lib/attribution/site_query.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::SizeIs;

SiteView view(uint32_t slot, uint64_t pages, std::initializer_list<const char*> frames,
              uint32_t order = 0) {
    Site one = site(slot, pages, stack(frames));
    one.order = order;
    return make_view(one, 4096);
}

TEST(SiteMerge, AFunctionOfAModuleIsOneRow) {
    const std::vector<SiteView> rows =
        merge_sites({view(2, 3, {"__alloc_pages", "fill+0x10/0x40 [nic]", "open [nic]"}),
                     view(3, 1, {"__alloc_pages", "other [nic]"}),
                     view(4, 5, {"__alloc_pages", "fill+0x10/0x40 [nic]", "poll [nic]"}, 2),
                     view(5, 7, {"__alloc_pages", "fill+0x10/0x40 [tap]"})},
                    GroupBy::function);
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_EQ(rows[0].live_bytes, 8U * 4096);
    EXPECT_EQ(rows[0].site.live_pages, 8U);
    EXPECT_EQ(rows[0].stacks(), 2U);
    EXPECT_EQ(rows[0].function, "fill+0x10");
    EXPECT_EQ(rows[0].site.order, 0U); // the orders differ
    EXPECT_EQ(rows[0].site.slot, 4U);  // its stack is that of the member that holds most
    EXPECT_EQ(rows[1].symbol, "other");
    EXPECT_EQ(rows[2].module, "tap");
}

TEST(SiteMerge, OffsetsThatDifferAreLeftOut) {
    const auto rows = merge_sites({view(2, 3, {"__alloc_pages", "fill+0x10/0x40 [nic]"}),
                                   view(3, 1, {"__alloc_pages", "fill+0x30/0x40 [nic]"})},
                                  GroupBy::function);
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(rows[0].function, "fill");
}

// What several loads of a module left behind is one row; what the present load holds is another.
TEST(SiteMerge, LoadsOfAModule) {
    const auto rows = merge_sites({view(2, 3, {"__alloc_pages", "fill [nic, unloaded]"}),
                                   view(3, 4, {"__alloc_pages", "fill [nic, unloaded]"}),
                                   view(4, 5, {"__alloc_pages", "fill [nic]"})},
                                  GroupBy::function);
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].site.live_pages, 7U);
    EXPECT_EQ(rows[1].module_state, CodeState::live);
}

TEST(SiteMerge, ClassesStayApart) {
    const auto rows = merge_sites({view(2, 3, {"__alloc_pages", "fill [nic]"}),
                                   view(3, 3, {"vm_area_alloc_pages", "vmalloc", "fill [nic]"})},
                                  GroupBy::function);
    EXPECT_THAT(rows, SizeIs(2));
}

TEST(SiteMerge, AModuleIsOneRow) {
    const auto rows = merge_sites({view(2, 3, {"__alloc_pages", "fill [nic]"}),
                                   view(3, 1, {"__alloc_pages", "open [nic]"}),
                                   view(4, 1, {"__alloc_pages", "ip_send"})},
                                  GroupBy::module);
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].symbol, "(several)");
    EXPECT_EQ(rows[0].site.live_pages, 4U);
    EXPECT_EQ(rows[1].symbol, "ip_send");
}

TEST(SiteMerge, AgesAndErrorsAndGrowth) {
    SiteView young = view(2, 30, {"__alloc_pages", "fill [nic]"});
    young.site.oldest_s = 5;
    young.site.live_error = Uncertainty{100, 10};
    young.growth = {{10, 4096, 0, 409.6, 2}};
    young.rate = 10;
    SiteView old = view(3, 10, {"__alloc_pages", "fill [nic]"});
    old.site.oldest_s = 500;
    old.site.flags = GHOSTMEM_SITE_F_OLDEST_MIN;
    old.site.live_error = Uncertainty{300, 20};
    old.growth = {{10, 8192, 4096, 409.6, 7}, {600, 4096, 4096, 0, 0}};
    old.rate = -4;
    const auto rows = merge_sites({young, old}, GroupBy::function);
    ASSERT_THAT(rows, SizeIs(1));
    const SiteView& row = rows[0];
    EXPECT_EQ(row.site.oldest_s, 500U);
    EXPECT_NE(row.site.flags & GHOSTMEM_SITE_F_OLDEST_MIN, 0U);
    EXPECT_EQ(row.site.live_error->variance, 400);
    EXPECT_EQ(row.margin_bytes, margin_pages(*row.site.live_error) * 4096);
    ASSERT_THAT(row.growth, SizeIs(2));
    EXPECT_DOUBLE_EQ(row.growth[0].bytes_per_s, 819.2);
    EXPECT_EQ(row.growth[0].rises, 2U) << "both grow, one of them only since then";
    EXPECT_EQ(row.growth[1].span_s, 600U);
    EXPECT_EQ(row.rate, 6);
}

TEST(SiteMerge, WhatIsSteadyDoesNotEndRises) {
    SiteView growing = view(2, 30, {"__alloc_pages", "fill [nic]"});
    growing.growth = {{10, 8192, 4096, 409.6, 7}};
    SiteView steady = view(3, 40, {"__alloc_pages", "fill [nic]"});
    steady.growth = {{10, 4096, 4096, 0, 0}};
    for (const auto& views : {std::vector{growing, steady}, std::vector{steady, growing}}) {
        const auto rows = merge_sites(views, GroupBy::function);
        ASSERT_THAT(rows, SizeIs(1));
        EXPECT_EQ(rows[0].growth[0].rises, 7U);
    }
}

TEST(SiteMerge, RowsAreSortedAndCutAsSitesAre) {
    ListOptions options;
    options.by = GroupBy::function;
    options.top = 1;
    const SiteSelection selection =
        select_sites({view(2, 3, {"__alloc_pages", "fill [nic]"}),
                      view(3, 3, {"__alloc_pages", "fill [nic]", "open [nic]"}),
                      view(4, 5, {"__alloc_pages", "take [nic]"})},
                     options);
    ASSERT_THAT(selection.rows(), SizeIs(1));
    EXPECT_EQ(selection.rows()[0].symbol, "fill");
    EXPECT_EQ(selection.rows_matched, 2U);
    ASSERT_THAT(selection.sites, SizeIs(1));
    EXPECT_EQ(selection.sites[0].symbol, "take");
    EXPECT_EQ(selection.matched, 3U);
}

TEST(SiteMerge, WhatStandsOutIsListedBesideTheGhosts) {
    const std::vector<SiteView> all{view(2, 3, {"__alloc_pages", "fill [nic]"}),
                                    view(3, 9, {"new_slab", "__kmalloc", "grow [nic]"}),
                                    view(4, 7, {"new_slab", "__kmalloc", "rest [nic]"})};
    ListOptions options;
    options.also = [](const SiteView& one) { return one.symbol == "grow"; };
    EXPECT_EQ(select_sites(all, options).matched, 2U);
    options.classes = ClassSet{SiteClass::direct};
    EXPECT_EQ(select_sites(all, options).matched, 1U);
}

TEST(SiteMerge, Words) {
    for (const GroupBy by : {GroupBy::stack, GroupBy::function, GroupBy::module})
        EXPECT_EQ(parse_group(name_of(by)), by);
    EXPECT_EQ(parse_group("device"), std::nullopt);
}

} // namespace
} // namespace ghostmem
