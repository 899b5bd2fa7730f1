// Makes each allocation fail in turn: the operation must be refused and must leave nothing behind.
#include <gtest/gtest.h>

#include "support/kmod.h"

namespace ghostmem::native {
namespace {

constexpr unsigned long leaf = GM_LEAF_PAGES;
constexpr unsigned long mid_pages = leaf << GM_MID_SHIFT;

void ignore_leaf(void*, gm_map_leaf*, unsigned long) {}

class Failure : public testing::Test {
  protected:
    // Five leaves in two mids.
    void SetUp() override {
        shim_reset();
        shim_node(0, mid_pages - 3 * leaf, mid_pages + 2 * leaf, 5 * leaf);
        shim_online(mid_pages - 3 * leaf, mid_pages + 2 * leaf);
    }
    void TearDown() override { EXPECT_EQ(shim_memory().blocks, 0); }
};

// Initializes in the order of gm_recorder_init(), and cleans up like it on failure.
int make(gm_page_map* map, gm_sites* sites) {
    int err = gm_page_map_init(map, ignore_leaf, nullptr);

    if (err)
        return err;
    err = gm_sites_init(sites, GM_SITES_MIN);
    if (!err)
        err = gm_page_map_cover_online(map);
    if (err) {
        gm_page_map_destroy(map);
        gm_sites_destroy(sites);
    }
    return err;
}

TEST_F(Failure, OfAnyAllocationLeavesNothingBehind) {
    unsigned failed = 0;

    for (;; ++failed) {
        gm_page_map map{};
        gm_sites sites{};
        shim_fail(failed + 1);
        int err = make(&map, &sites);
        if (!err) {
            EXPECT_EQ(shim_attempts(), failed);
            gm_page_map_destroy(&map);
            gm_sites_destroy(&sites);
            break;
        }
        EXPECT_EQ(err, -ENOMEM) << failed;
        EXPECT_EQ(shim_memory().blocks, 0) << failed;
        EXPECT_EQ(shim_memory_notify(0, 0, 0), -1) << "somebody still listens";
    }
    // The root; sites, slots and spares; the notifier; two mids and five leaves.
    EXPECT_EQ(failed, 12u);
}

// If one of the table's allocations fails, the earlier ones are freed.
TEST_F(Failure, OfTheSiteTableTakesNoOtherMemory) {
    for (unsigned nth = 1; nth <= 3; ++nth) {
        gm_sites sites{};
        shim_fail(nth);
        EXPECT_EQ(gm_sites_init(&sites, 1000), -ENOMEM);
        EXPECT_EQ(shim_memory().blocks, 0) << nth;
        // Destroying it again must be harmless, because gm_recorder_destroy() does so.
        gm_sites_destroy(&sites);
    }
}

TEST_F(Failure, OfACoverLeavesTheMapAsItWas) {
    gm_page_map map{};
    ASSERT_EQ(gm_page_map_init(&map, ignore_leaf, nullptr), 0);

    for (unsigned nth : {1u, 2u, 1u}) {
        shim_fail(nth);
        EXPECT_EQ(gm_page_map_cover(&map, mid_pages), -ENOMEM) << nth;
        EXPECT_EQ(gm_page_map_slot(&map, mid_pages), nullptr);
        EXPECT_EQ(atomic_long_read(&map.bytes), shim_memory().bytes);
    }
    shim_fail(0);
    EXPECT_EQ(gm_page_map_cover(&map, mid_pages), 0);
    // Covering a leaf that exists allocates nothing.
    shim_fail(1);
    EXPECT_EQ(gm_page_map_cover(&map, mid_pages + 1), 0);
    EXPECT_EQ(shim_attempts(), 0u);
    gm_page_map_destroy(&map);
}

TEST_F(Failure, OfARegistrationIsTheCallersToClean) {
    gm_page_map map{};
    ASSERT_EQ(gm_page_map_init(&map, ignore_leaf, nullptr), 0);

    shim_fail(1);
    EXPECT_EQ(gm_page_map_cover_online(&map), -ENOMEM);
    EXPECT_EQ(gm_page_map_slot(&map, mid_pages), nullptr);
    gm_page_map_destroy(&map);
}

TEST_F(Failure, TheEstimateIsOfTheLeavesAndTheTables) {
    gm_page_map map{};
    ASSERT_EQ(gm_page_map_init(&map, ignore_leaf, nullptr), 0);
    ASSERT_EQ(gm_page_map_cover_online(&map), 0);
    size_t upper = 3 * sizeof(gm_map_mid);

    EXPECT_EQ(gm_page_map_estimate(), 5 * leaf * sizeof(gm_record_t));
    EXPECT_LE(static_cast<size_t>(shim_memory().bytes), gm_page_map_estimate() + upper);
    gm_page_map_destroy(&map);
}

} // namespace
} // namespace ghostmem::native
