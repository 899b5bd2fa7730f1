// The census of page frames: from the module's messages to the printed output.
#include <filesystem>
#include <set>
#include <span>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/findings/report.h"
#include "lib/genl/codec.h"
#include "output/json/zones.h"
#include "support/golden.h"
#include "support/message_builder.h"
#include "support/samples.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;

constexpr uint32_t page_size = 4096;

template <size_t Count> std::string counts(std::array<uint64_t, Count> values) {
    return {reinterpret_cast<const char*>(values.data()), sizeof(values)};
}

Attrs zone_attrs(uint32_t node, const char* name, uint64_t kernel, uint64_t free) {
    PageClasses classes{};
    classes[GHOSTMEM_PAGE_KERNEL] = kernel;
    classes[GHOSTMEM_PAGE_FREE] = free;
    PageOrders orders{};
    orders[3] = kernel;
    PageMigrate migrate{};
    migrate[GHOSTMEM_MIGRATE_UNMOVABLE] = kernel;
    PageOrders free_orders{};
    free_orders[10] = free;
    return Attrs()
        .u32(GHOSTMEM_ZONE_A_NODE, node)
        .string(GHOSTMEM_ZONE_A_NAME, name)
        .u64(GHOSTMEM_ZONE_A_MANAGED_PAGES, kernel + free)
        .raw(GHOSTMEM_ZONE_A_CLASSES, counts(classes))
        .raw(GHOSTMEM_ZONE_A_FREE_ORDERS, counts(free_orders))
        .raw(GHOSTMEM_ZONE_A_KERNEL_ORDERS, counts(orders))
        .raw(GHOSTMEM_ZONE_A_KERNEL_MIGRATE, counts(migrate));
}

std::string zone_message(const Attrs& zone) {
    return operation(GHOSTMEM_CMD_ZONE_GET,
                     Attrs().u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI).nest(GHOSTMEM_A_ZONE, zone));
}

std::string begun() {
    return operation(GHOSTMEM_CMD_ZONE_GET, Attrs().u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI)) +
           operation(GHOSTMEM_CMD_ZONE_GET,
                     Attrs()
                         .u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI)
                         .nest(GHOSTMEM_A_PAGES, Attrs()
                                                     .u64(GHOSTMEM_PAGES_A_DURATION_NS, 1500000)
                                                     .u64(GHOSTMEM_PAGES_A_FRAMES, 1100)
                                                     .u64(GHOSTMEM_PAGES_A_UNSETTLED, 2)));
}

Reply decoded(const std::string& bytes) {
    Reply reply;
    decode(std::as_bytes(std::span(bytes)), reply, {"1.0"});
    return reply;
}

TEST(Zones, AreDecoded) {
    const Reply reply = decoded(begun() +
                                zone_message(zone_attrs(0, "DMA32", 16, 1024)
                                                 .u64(GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES, 5)
                                                 .u64(GHOSTMEM_ZONE_A_LET_GO_PAGES, 7)) +
                                zone_message(zone_attrs(1, "Normal", 60, 0)) + done_message(0));
    ASSERT_TRUE(reply.finished);
    ASSERT_TRUE(reply.pages);
    EXPECT_EQ(reply.pages->duration_ns, 1500000U);
    EXPECT_EQ(reply.pages->frames, 1100U);
    EXPECT_EQ(reply.pages->unsettled, 2U);
    ASSERT_EQ(reply.pages->zones.size(), 2U);
    const Zone& first = reply.pages->zones[0];
    EXPECT_EQ(first.name, "DMA32");
    EXPECT_EQ(first.managed_pages, 1040U);
    EXPECT_EQ(first.free_orders[10], 1024U);
    EXPECT_EQ(first.kernel_orders[3], 16U);
    EXPECT_EQ(first.kernel_migrate[GHOSTMEM_MIGRATE_UNMOVABLE], 16U);
    EXPECT_EQ(first.kernel_tracked_pages, 5U);
    EXPECT_EQ(first.let_go_pages, 7U);
    EXPECT_EQ(reply.pages->let_go_pages(), 7U);
    EXPECT_EQ(reply.pages->zones[1].node, 1U);
    EXPECT_EQ(reply.pages->zones[1].kernel_tracked_pages, std::nullopt);
    EXPECT_EQ(reply.pages->classes()[GHOSTMEM_PAGE_KERNEL], 76U);
}

TEST(Zones, GarbledAreRefused) {
    EXPECT_THROW(decoded(zone_message(zone_attrs(0, "DMA", 1, 1))), Error) << "no census before";
    EXPECT_THROW(decoded(begun() + zone_message(Attrs().u32(GHOSTMEM_ZONE_A_NODE, 0))), Error);
    // One class more than this leakctl knows.
    const Attrs longer =
        zone_attrs(0, "DMA", 1, 1)
            .raw(GHOSTMEM_ZONE_A_CLASSES,
                 std::string((GHOSTMEM_PAGE_CLASSES + 1) * sizeof(uint64_t), '\0'));
    EXPECT_THROW(decoded(begun() + zone_message(longer)), Error);
}

TEST(Zones, AreBytesInJson) {
    const Reply reply = decoded(begun() + zone_message(zone_attrs(0, "DMA32", 16, 1024)));
    const output::json::Json json = output::json::zones_json(*reply.pages, page_size);
    EXPECT_EQ(json.at("frames_bytes"), 1100 * page_size);
    EXPECT_EQ(json.at("duration_s"), 0.0015);
    EXPECT_EQ(json.at("classes").at("kernel"), 16 * page_size);
    const output::json::Json& zone = json.at("zones").at(0);
    EXPECT_EQ(zone.at("zone"), "DMA32");
    EXPECT_EQ(zone.at("free_orders").at(10), 1024 * page_size);
    EXPECT_EQ(zone.at("kernel_migrate").at("unmovable"), 16 * page_size);
    EXPECT_TRUE(zone.at("kernel_tracked_bytes").is_null());
    EXPECT_TRUE(json.at("let_go_bytes").is_null()) << "an older module's";
    EXPECT_TRUE(zone.at("let_go_bytes").is_null());
    const Reply newer = decoded(
        begun() + zone_message(zone_attrs(0, "DMA", 1, 1).u64(GHOSTMEM_ZONE_A_LET_GO_PAGES, 3)));
    EXPECT_EQ(output::json::zones_json(*newer.pages, page_size).at("let_go_bytes"), 3 * page_size);
}

TEST(Zones, EveryClassHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (uint32_t i = 0; i < GHOSTMEM_PAGE_CLASSES; ++i)
        names.insert(name_of(static_cast<ghostmem_page_class>(i)));
    for (uint32_t i = 0; i < GHOSTMEM_MIGRATE_TYPES; ++i)
        names.insert(name_of(static_cast<ghostmem_migrate>(i)));
    EXPECT_EQ(names.size(), size_t{GHOSTMEM_PAGE_CLASSES} + GHOSTMEM_MIGRATE_TYPES);
}

class OlderKernel : public FakeKernel {
  public:
    using FakeKernel::FakeKernel;
    PageCensus zones() override { throw Error(kind, "none"); }
    ErrorKind kind = ErrorKind::unsupported;
};

TEST(Zones, AreNotWantedOfAnOlderModule) {
    FakeClock clock;
    OlderKernel kernel(clock);
    FakeHost host(std::filesystem::path(testing::TempDir()) / fmt::format("zones-{}", getpid()));
    std::filesystem::copy_file(test_dir() + "/data/meminfo-6.1", host.root() / "proc/meminfo");
    EXPECT_FALSE(gather_status(kernel, host.root()).pages);
    kernel.kind = ErrorKind::protocol;
    EXPECT_THROW(gather_status(kernel, host.root()), Error);
    std::filesystem::remove_all(host.root());
}

} // namespace
} // namespace ghostmem
