// sk_buffs: from the module's messages to the printed output.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sites.h"
#include "lib/attribution/skb_frames.h"
#include "lib/base/error.h"
#include "output/json/sites.h"
#include "output/text/sites.h"
#include "output/text/skbs.h"
#include "support/captures.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::HasSubstr;

Attrs device_attrs(const char* name, uint32_t ifindex, uint32_t state, uint64_t skbs) {
    return Attrs()
        .string(GHOSTMEM_DEVICE_A_NAME, name)
        .u32(GHOSTMEM_DEVICE_A_IFINDEX, ifindex)
        .u32(GHOSTMEM_DEVICE_A_NETNS, 4026531840)
        .u32(GHOSTMEM_DEVICE_A_STATE, state)
        .u64(GHOSTMEM_DEVICE_A_SKBS, skbs)
        .u64(GHOSTMEM_DEVICE_A_BYTES, skbs * 768);
}

Attrs skb_site_attrs() {
    return Attrs()
        .u32(GHOSTMEM_SITE_A_ID, 5)
        .u32(GHOSTMEM_SITE_A_FLAGS, 0)
        .u64(GHOSTMEM_SITE_A_ALLOCS, 110)
        .u64(GHOSTMEM_SITE_A_FREES, 10)
        .nest(GHOSTMEM_SITE_A_TREND, Attrs()
                                         .u32(GHOSTMEM_TREND_A_SPAN_S, 10)
                                         .u64(GHOSTMEM_TREND_A_FLOOR, 90)
                                         .u64(GHOSTMEM_TREND_A_BEFORE, 80));
}

Attrs site_skbs_attrs() {
    return Attrs()
        .u64(GHOSTMEM_SITE_SKBS_A_LIVE_SKBS, 100)
        .u64(GHOSTMEM_SITE_SKBS_A_LIVE_BYTES, 76800);
}

Attrs watching_attrs() {
    return Attrs()
        .u8(GHOSTMEM_SKB_A_ON, 1)
        .u64(GHOSTMEM_SKB_A_CLOCK_S, 31)
        .u32(GHOSTMEM_SKB_A_GENERATION, 3)
        .u64(GHOSTMEM_SKB_A_LIVE, 7)
        .u64(GHOSTMEM_SKB_A_BORN, 1007)
        .u64(GHOSTMEM_SKB_A_DIED, 1000)
        .u64(GHOSTMEM_SKB_A_UNKNOWN, 2)
        .u32(GHOSTMEM_SKB_A_SITES, 20)
        .u32(GHOSTMEM_SKB_A_SITES_MAX, 1024)
        .u64(GHOSTMEM_SKB_A_ROOM, 262144)
        .u64(GHOSTMEM_SKB_A_BYTES, 4 << 20)
        .nest(GHOSTMEM_SKB_A_LOST, Attrs()
                                       .string(GHOSTMEM_LOST_A_NAME, "skb_room")
                                       .u64(GHOSTMEM_LOST_A_COUNT, 4)
                                       .string(GHOSTMEM_LOST_A_MEANING, "no room"));
}

Site decode_one(const Attrs& skbs) {
    const Attrs message =
        top_attrs().nest(GHOSTMEM_A_SITE, skb_site_attrs()).nest(GHOSTMEM_A_SITE_SKBS, skbs);
    const Reply reply = decode_all(operation(GHOSTMEM_CMD_SKB_GET, message) + done_message(0));
    EXPECT_EQ(reply.sites.size(), 1U);
    return reply.sites.at(0);
}

std::optional<SkbStatus> decode_status(const Attrs& skb) {
    return decode_all(operation(GHOSTMEM_CMD_STATUS_GET,
                                top_attrs()
                                    .string(GHOSTMEM_A_VERSION, "0.1.0")
                                    .nest(GHOSTMEM_A_STATUS,
                                          Attrs(status_attrs()).nest(GHOSTMEM_STATUS_A_SKB, skb))))
        .status->skb;
}

TEST(Skb, DecodesASite) {
    const Site site = decode_one(
        site_skbs_attrs()
            .nest(GHOSTMEM_SITE_SKBS_A_DEVICE, device_attrs("eth0", 2, GHOSTMEM_DEVICE_PRESENT, 60))
            .nest(GHOSTMEM_SITE_SKBS_A_DEVICE, device_attrs("lab0", 7, GHOSTMEM_DEVICE_GONE, 40)));
    ASSERT_TRUE(site.skb);
    EXPECT_EQ(site.skb->live_skbs, 100U);
    EXPECT_EQ(site.skb->live_bytes, 76800U);
    EXPECT_EQ(site.live_pages, 0U);
    ASSERT_EQ(site.skb->devices.size(), 2U);
    EXPECT_EQ(site.skb->devices[0].name, "eth0");
    EXPECT_FALSE(site.skb->devices[0].gone);
    EXPECT_EQ(site.skb->devices[1].ifindex, 7U);
    EXPECT_TRUE(site.skb->devices[1].gone);
    EXPECT_EQ(site.skb->devices[1].skbs, 40U);
    ASSERT_EQ(site.trends.size(), 1U);
    EXPECT_EQ(site.trends[0].floor_pages, 90U);
    const SiteView view = make_view(site, 4096);
    EXPECT_EQ(view.cls, SiteClass::skb);
    EXPECT_EQ(view.live_bytes, 76800U);
    EXPECT_EQ(view.subject_pages(), 100U);
    EXPECT_DOUBLE_EQ(view.growth.at(0).bytes_per_s, 768);
}

TEST(Skb, RefusesASiteThatIsNotWhole) {
    EXPECT_THROW(decode_one(Attrs().u64(GHOSTMEM_SITE_SKBS_A_LIVE_BYTES, 76800)), Error);
    EXPECT_THROW(decode_one(site_skbs_attrs().nest(GHOSTMEM_SITE_SKBS_A_DEVICE,
                                                   device_attrs("eth0", 2, 17, 60))),
                 Error);
}

TEST(Skb, DecodesStatus) {
    EXPECT_FALSE(decode_status(Attrs().u8(GHOSTMEM_SKB_A_ON, 0)));
    const auto status = decode_status(watching_attrs());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->clock_s, 31U);
    EXPECT_EQ(status->generation, 3U);
    EXPECT_EQ(status->live, 7U);
    EXPECT_EQ(status->born, 1007U);
    EXPECT_EQ(status->died, 1000U);
    EXPECT_EQ(status->unknown, 2U);
    EXPECT_EQ(status->room, 262144U);
    ASSERT_EQ(status->lost.size(), 1U);
    EXPECT_EQ(status->lost[0].count, 4U);
    EXPECT_FALSE(status->disabled_reason);
    EXPECT_EQ(
        *decode_status(watching_attrs().string(GHOSTMEM_SKB_A_DISABLED_REASON, "for a reason"))
             ->disabled_reason,
        "for a reason");
}

TEST(Skb, ShowsWhoAskedForThem) {
    const auto shown = [](std::initializer_list<const char*> frames) {
        return skb_caller(stack(frames));
    };
    EXPECT_EQ(shown({"__alloc_skb+0x1/0x2", "__netdev_alloc_skb+0x1/0x2", "take+0x1/0x2 [lab]"}),
              2U);
    EXPECT_EQ(shown({"napi_alloc_skb+0x1/0x2", "page_to_skb+0x1/0x2 [virtio_net]"}), 1U);
    // A driver may have a function with the same name.
    EXPECT_EQ(shown({"__alloc_skb+0x1/0x2", "alloc_skb+0x1/0x2 [lab]"}), 1U);
    EXPECT_EQ(shown({"__alloc_skb+0x1/0x2"}), 0U);
    EXPECT_EQ(skb_caller({}), 0U);
}

TEST(Skb, StandsAlone) {
    EXPECT_EQ(parse_classes("skb").classes, ClassSet{SiteClass::skb});
    EXPECT_THAT(parse_classes("direct,skb").problem, HasSubstr("goes with no other class"));
    EXPECT_FALSE(parse_classes("all").classes.contains(SiteClass::skb));
    ListOptions options;
    options.classes = ClassSet{SiteClass::skb};
    EXPECT_EQ(list_problem(options, "sites"), "");
    EXPECT_THAT(list_problem(options, "trace"), HasSubstr("trace"));
    options.sort = SortKey::rate;
    EXPECT_THAT(list_problem(options, "sites"), HasSubstr("growth"));
}

TEST(Skb, IsSwitched) {
    EXPECT_EQ(parse_settings({"skb=on"}).change.skb, true);
    EXPECT_EQ(parse_settings({"skb=off"}).change.skb, false);
    EXPECT_THAT(parse_settings({"skb=1"}).problem, HasSubstr("neither on nor off"));
    EXPECT_THAT(parse_settings({"skb=on", "skb=off"}).problem, HasSubstr("twice"));
}

class SkbCommand : public testing::Test {
  protected:
    SitesReport run(SortKey sort = SortKey::bytes) {
        commands::Context context{kernel, diag, clock, text};
        ListOptions options;
        options.classes = ClassSet{SiteClass::skb};
        options.sort = sort;
        return commands::sites(context, {options, {}, std::chrono::milliseconds{1}});
    }

    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    std::ostringstream text;

    std::string run_as_text(SortKey sort = SortKey::bytes) {
        output::text::sites(text, output::Style(false), run(sort));
        return text.str();
    }
};

TEST_F(SkbCommand, WantsThemWatched) {
    EXPECT_THROW(run(), Error);
    kernel.state.skb = watching_skbs();
    kernel.state.skb->disabled_reason = "for a reason";
    EXPECT_THROW(run(), Error);
}

TEST_F(SkbCommand, ListsThem) {
    kernel.state.skb = watching_skbs();
    // The mode of the page tracker must not matter.
    kernel.state.mode = Mode::off;
    expect_golden("golden/sites-skb.txt", run_as_text());
}

TEST_F(SkbCommand, ListsThemByGrowth) {
    kernel.state.skb = watching_skbs();
    expect_golden("golden/sites-skb-growth.txt", run_as_text(SortKey::growth));
}

TEST_F(SkbCommand, SaysThatThereAreNone) {
    kernel.state.skb = watching_skbs();
    kernel.skbs_held.clear();
    EXPECT_EQ(run_as_text(), "no sk_buffs\n");
}

TEST_F(SkbCommand, ListsThemAsJson) {
    kernel.state.skb = watching_skbs();
    output::json::sites(text, run());
    expect_golden("golden/sites-skb.json", text.str());
}

TEST(Skb, StatusHasALine) {
    SkbStatus skb = watching_skbs();
    EXPECT_EQ(output::text::skb_line(skb),
              "4076 alive of 1000000 born, for 1h, 4.0 MiB; see: leakctl "
              "sites --class skb");
    skb.lost[1].count = 5;
    EXPECT_THAT(output::text::skb_line(skb), HasSubstr("lost 5 events (skb_room): born while"));
    skb.disabled_reason = "for a reason";
    EXPECT_THAT(output::text::skb_line(skb), HasSubstr("turned themselves off: for a reason"));
}

} // namespace
} // namespace ghostmem
