#include <gtest/gtest.h>

#include "lib/attribution/estimate.h"
#include "lib/attribution/site_id.h"
#include "lib/attribution/site_view.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

Site lab() {
    Site site = test::site(2, 5, stack({"__alloc_pages+0x2a1/0x300", "lab_take+0x5c/0x120 [lab]"}));
    site.order = 3;
    site.frames[0].code = "build-id:00ff";
    site.frames[1].code = "srcversion:0123";
    return site;
}

template <typename Function> uint64_t changed(Function change) {
    Site site = lab();
    change(site);
    return site_id(site);
}

// Computed with another program, following the recipe in docs/json.md:
// text='3\t\t\n__alloc_pages\t673\t\tbuild-id:00ff\nlab_take\t92\tlab\tsrcversion:0123\n'
TEST(SiteId, IsWhatTheDocumentationSays) {
    EXPECT_EQ(format_site_id(site_id(lab())), "53fb9c4fa431c957");
    Site other = test::site(1, 7, {});
    other.flags = GHOSTMEM_SITE_F_OTHER;
    EXPECT_EQ(format_site_id(site_id(other)), "4c3d5dc176d3e9c3");
    Site traced = test::site(1, 7, {});
    traced.flags = GHOSTMEM_SITE_F_NO_CALLER;
    EXPECT_EQ(format_site_id(site_id(traced)), "4477992cb4c2c8b6");
    EXPECT_EQ(format_site_id(0xab), "00000000000000ab");
}

TEST(SiteId, IsOfWhatTheCodeIs) {
    const uint64_t id = site_id(lab());
    EXPECT_NE(changed([](Site& s) { s.order = 0; }), id);
    EXPECT_NE(changed([](Site& s) { s.flags = GHOSTMEM_SITE_F_OTHER; }), id);
    EXPECT_NE(changed([](Site& s) { s.flags = GHOSTMEM_SITE_F_NO_STACK; }), id);
    EXPECT_NE(changed([](Site& s) { s.flags = GHOSTMEM_SITE_F_NO_CALLER; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames[1].offset++; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames[1].symbol = "lab_tak"; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames[1].module = "lab2"; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames[1].code = "srcversion:0124"; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames[0].code = "build-id:00fe"; }), id);
    EXPECT_NE(changed([](Site& s) { s.frames.pop_back(); }), id);
    EXPECT_NE(changed([](Site& s) { std::swap(s.frames[0], s.frames[1]); }), id);
}

TEST(SiteId, IsOfNothingElse) {
    const uint64_t id = site_id(lab());
    EXPECT_EQ(changed([](Site& s) { s.slot = 99; }), id);
    EXPECT_EQ(changed([](Site& s) { s.live_pages = 0; }), id);
    EXPECT_EQ(changed([](Site& s) { s.level = 7; }), id);
    EXPECT_EQ(changed([](Site& s) { s.flags = GHOSTMEM_SITE_F_OLDEST_MIN; }), id);
    EXPECT_EQ(changed([](Site& s) { s.flags = GHOSTMEM_SITE_F_CUT; }), id);
    EXPECT_EQ(changed([](Site& s) { s.frames[1].size = 0x200; }), id);
    EXPECT_EQ(changed([](Site& s) { s.frames[1].state = CodeState::unloaded; }), id);
    EXPECT_EQ(changed([](Site& s) { s.frames[1].srcversion = "0123"; }), id);
}

TEST(SiteId, FieldsDoNotRunTogether) {
    const auto with = [](const char* symbol, const char* module) {
        return changed([&](Site& s) {
            s.frames[1].symbol = symbol;
            s.frames[1].module = module;
        });
    };
    EXPECT_NE(with("ab", "c"), with("a", "bc"));
    EXPECT_NE(with("", "a"), with("a", ""));
}

TEST(SiteId, AllLevelsOfAStackHaveOne) {
    Site coarse = lab();
    Site fine = lab();
    coarse.level = 9;
    fine.level = 7;
    const std::vector<Site> sites = estimate({coarse, fine});
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_EQ(make_view(sites[0], 4096).id, site_id(lab()));
}

} // namespace
} // namespace ghostmem
