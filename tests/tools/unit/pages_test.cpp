// Finds the allocation at an address, in each tested layout of struct page.
#include <gtest/gtest.h>

#include "gmkcore/pages.h"
#include "unit/fake_kernel.h"

namespace gmkcore {
namespace {

class PagesOf : public testing::TestWithParam<Era> {
  protected:
    FakeKernel fake{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Eras, PagesOf, testing::Values(Era::flags, Era::types), name_of);

TEST_P(PagesOf, ASinglePageIsABlockOfItsOwn) {
    const Pages pages(fake.kernel);
    const Extent extent = pages.at(FakeKernel::memory_of(5) + 100, 1);
    EXPECT_EQ(extent.kind, Extent::pages);
    EXPECT_EQ(extent.key, FakeKernel::page_of(5));
    EXPECT_EQ(extent.bytes, 4096U);
    EXPECT_EQ(extent.order, 0U);
}

TEST_P(PagesOf, EveryPartOfACompoundPageIsTheWhole) {
    fake.compound(8, 3);
    const Pages pages(fake.kernel);
    for (uint64_t number = 8; number < 16; number++) {
        const Extent extent = pages.at(FakeKernel::memory_of(number) + 4095, 1);
        EXPECT_EQ(extent.key, FakeKernel::page_of(8)) << number;
        EXPECT_EQ(extent.bytes, 32768U);
        EXPECT_EQ(extent.order, 3U);
    }
    EXPECT_EQ(pages.at(FakeKernel::memory_of(16), 1).order, 0U);
    EXPECT_EQ(pages.at(FakeKernel::memory_of(7), 1).order, 0U);
}

TEST_P(PagesOf, ObjectsOfTheSlabAreToldApart) {
    const uint64_t cache = FakeKernel::memory_of(100);
    fake.slab(16, 1, cache, 640, 600);
    const Pages pages(fake.kernel);
    const uint64_t start = FakeKernel::memory_of(16);
    const Extent second = pages.at(start + 640, 1);
    EXPECT_EQ(second.kind, Extent::slab);
    EXPECT_EQ(second.key, start + 640);
    EXPECT_EQ(second.bytes, 640U);
    EXPECT_EQ(second.object_bytes, 600U);
    EXPECT_EQ(pages.at(start + 639, 1).key, start);
    // An object that extends into the second page, looked up by an address in that page.
    EXPECT_EQ(pages.at(start + 4096 + 10, 1).key, start + 6 * 640);
}

TEST_P(PagesOf, PagesWithAMappingAreUsers) {
    fake.mapped(3);
    const Pages pages(fake.kernel);
    EXPECT_EQ(pages.of(FakeKernel::page_of(3)).kind, Extent::users);
    EXPECT_EQ(pages.of(FakeKernel::page_of(4)).kind, Extent::pages);
    fake.reserved(6);
    EXPECT_EQ(pages.of(FakeKernel::page_of(6)).kind, Extent::image);
}

TEST_P(PagesOf, VmallocSpaceGoesByThePage) {
    const Pages pages(fake.kernel);
    const Extent extent = pages.at(FakeKernel::vmalloc + 8192, 5000);
    EXPECT_EQ(extent.kind, Extent::vmalloc);
    EXPECT_EQ(extent.key, FakeKernel::vmalloc + 8192);
    EXPECT_EQ(extent.bytes, 8192U);
}

TEST_P(PagesOf, WhatIsNoMemoryIsRefused) {
    const Pages pages(fake.kernel);
    EXPECT_THROW(static_cast<void>(pages.at(0, 1)), std::runtime_error);
    EXPECT_THROW(static_cast<void>(pages.at(FakeKernel::map, 1)), std::runtime_error);
    // A slab page cannot be a fragment.
    fake.slab(16, 0, FakeKernel::memory_of(100), 256, 232);
    EXPECT_THROW(static_cast<void>(pages.of(FakeKernel::page_of(16))), std::runtime_error);
    // A head page without an order: the layout differs from the assumed one.
    fake.compound(24, 2);
    fake.memory.write(FakeKernel::page_of(25), 0);
    fake.memory.write(FakeKernel::page_of(25) + 17, 0, 1);
    EXPECT_THROW(static_cast<void>(pages.of(FakeKernel::page_of(24))), std::runtime_error);
}

TEST(Pages, TailsMayHoldAMask) {
    FakeKernel fake(Era::types);
    fake.compound(64, 5, true);
    const Pages pages(fake.kernel);
    for (uint64_t number = 64; number < 96; number++)
        EXPECT_EQ(pages.of(FakeKernel::page_of(number)).key, FakeKernel::page_of(64)) << number;
}

} // namespace
} // namespace gmkcore
