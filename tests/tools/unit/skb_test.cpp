// Tests what sk_buffs hold, and how their queues are walked.
#include <algorithm>
#include <gtest/gtest.h>
#include <optional>

#include "gmkcore/account.h"
#include "gmkcore/links.h"
#include "unit/fake_kernel.h"

namespace gmkcore {
namespace {

// The sk_buffs are in page 1, slab heads in pages 2 and 3, page fragments in a block from page 8
// on.
class Skbs : public testing::TestWithParam<Era> {
  protected:
    static constexpr uint32_t end = 1024;

    FakeKernel fake{GetParam()};
    std::optional<Pages> pages;
    std::optional<SkbReader> reader;
    std::optional<Links> links;

    void SetUp() override {
        fake.slab(1, 0, FakeKernel::memory_of(100), 256, 232);
        fake.slab(2, 0, FakeKernel::memory_of(101), 2048, 2048);
        fake.slab(3, 0, FakeKernel::memory_of(101), 2048, 2048);
        fake.compound(8, 3);
        pages.emplace(fake.kernel);
        reader.emplace(fake.kernel, *pages);
        links.emplace(fake.kernel, *reader);
    }

    static uint64_t skb(unsigned int number) { return FakeKernel::memory_of(1) + 256 * number; }
    static uint64_t slab_head(unsigned int number) {
        return FakeKernel::memory_of(2) + 2048 * number;
    }
    static uint64_t page_head(unsigned int number) {
        return FakeKernel::memory_of(8) + 2048 * number;
    }

    [[nodiscard]] Sums sums(const std::vector<uint64_t>& skbs) const {
        Account account;
        account.begin("receive");
        for (const uint64_t each : skbs)
            account.add(reader->read(each));
        return account.total();
    }
};

INSTANTIATE_TEST_SUITE_P(Eras, Skbs, testing::Values(Era::flags, Era::types), name_of);

TEST_P(Skbs, AHeadInTheSlabPinsNothing) {
    fake.skb(skb(0), slab_head(0), end, 1000, 2304, false);
    const Sums got = sums({skb(0)});
    EXPECT_EQ(got.skbs, 1U);
    EXPECT_EQ(got.bytes, 1000U);
    EXPECT_EQ(got.truesize_bytes, 2304U);
    EXPECT_EQ(got.slab_bytes, 256U + 2048);
    EXPECT_EQ(got.slab_object_bytes, 232U + 2048);
    EXPECT_EQ(got.pinned_bytes, 0U);
}

TEST_P(Skbs, HeadsInOneBlockPinItOnce) {
    fake.skb(skb(0), page_head(0), end, 60, 1280, true);
    fake.skb(skb(1), page_head(9), end, 60, 1280, true);
    const Sums got = sums({skb(0), skb(1)});
    EXPECT_EQ(got.pinned_bytes, 32768U);
    EXPECT_EQ(got.pinned_blocks, 1U);
    EXPECT_EQ(got.orders[3], 1U);
    EXPECT_EQ(got.slab_bytes, 512U);
    EXPECT_EQ(got.large_kmalloc_bytes, 0U);
}

TEST_P(Skbs, AHeadInPagesThatIsNoFragmentIsKmallocs) {
    fake.skb(skb(0), page_head(0), end, 60, 1280, false);
    const Sums got = sums({skb(0)});
    EXPECT_EQ(got.pinned_bytes, 0U);
    EXPECT_EQ(got.slab_bytes, 256U + 32768);
    EXPECT_EQ(got.large_kmalloc_bytes, 32768U);
}

TEST_P(Skbs, FragmentsCountByTheirBlocks) {
    fake.skb(skb(0), slab_head(0), end, 9000, 10000, false);
    fake.fragment(slab_head(0), end, 0, FakeKernel::page_of(11)); // a tail page of the block
    fake.fragment(slab_head(0), end, 1, FakeKernel::page_of(20));
    fake.fragment(slab_head(0), end, 2, FakeKernel::page_of(8));
    fake.mapped(21);
    fake.fragment(slab_head(0), end, 3, FakeKernel::page_of(21));
    fake.fragment(slab_head(0), end, 4, FakeKernel::page_of(22) | 1); // device memory
    const Sums got = sums({skb(0)});
    EXPECT_EQ(got.pinned_bytes, 32768U + 4096);
    EXPECT_EQ(got.pinned_blocks, 2U);
    EXPECT_EQ(got.mapped_bytes, 4096U);
    EXPECT_EQ(got.unreadable_fragments, 1U);
    EXPECT_EQ(got.most_fragments, 5U);
}

TEST_P(Skbs, ClonesShareTheirHead) {
    fake.skb(skb(0), slab_head(0), end, 100, 2304, false);
    fake.skb(skb(1), slab_head(0), end, 100, 2304, false);
    EXPECT_EQ(sums({skb(0), skb(1)}).slab_bytes, 2 * 256U + 2048);
}

TEST_P(Skbs, APairOfTwinsIsOneObject) {
    fake.slab(4, 0, FakeKernel::memory_of(102), 512, 472);
    const uint64_t pair = FakeKernel::memory_of(4) + 512;
    fake.skb(pair, slab_head(0), end, 100, 2304, false);
    fake.skb(pair + 232, slab_head(0), end, 100, 2304, false);
    const Sums got = sums({pair, pair + 232});
    EXPECT_EQ(got.slab_bytes, 512U + 2048);
    EXPECT_EQ(got.skbs, 2U);
}

TEST_P(Skbs, FragmentListsAreWalked) {
    fake.skb(skb(0), slab_head(0), end, 3000, 7000, false);
    fake.skb(skb(1), slab_head(1), end, 1000, 2304, false);
    fake.skb(skb(2), page_head(0), end, 1000, 2304, true);
    fake.fragment_list(slab_head(0), end, skb(1));
    fake.memory.write(skb(1), skb(2));
    const Sums got = sums({skb(0)});
    EXPECT_EQ(got.skbs, 1U);
    EXPECT_EQ(got.bytes, 3000U);
    EXPECT_EQ(got.slab_bytes, 3 * 256U + 2 * 2048);
    EXPECT_EQ(got.pinned_bytes, 32768U);
}

TEST_P(Skbs, NonsenseIsRefused) {
    fake.skb(skb(0), slab_head(0), end, 100, 2304, false);
    fake.memory.write(slab_head(0) + end + 2, 200, 1);
    EXPECT_THROW(static_cast<void>(reader->read(skb(0))), std::runtime_error);
    // A circular fragment list.
    fake.skb(skb(1), slab_head(1), end, 100, 2304, false);
    fake.fragment_list(slab_head(1), end, skb(1));
    EXPECT_THROW(static_cast<void>(reader->read(skb(1))), std::runtime_error);
}

TEST_P(Skbs, QueuesMustBeSound) {
    const uint64_t head = FakeKernel::memory_of(50);
    fake.queue(head, {});
    EXPECT_TRUE(links->queue(head).empty());
    const std::vector<uint64_t> three = {skb(2), skb(0), skb(1)};
    fake.queue(head, three);
    EXPECT_EQ(links->queue(head), three);

    fake.memory.write(head + 16, 4, 4);
    EXPECT_THROW(static_cast<void>(links->queue(head)), std::runtime_error);
    fake.queue(head, three);
    fake.memory.write(skb(1) + 8, skb(2));
    EXPECT_THROW(static_cast<void>(links->queue(head)), std::runtime_error);
}

TEST_P(Skbs, TreesAndChainsAreWalked) {
    const uint64_t root = FakeKernel::memory_of(50);
    EXPECT_TRUE(links->tree(root).empty());
    fake.memory.write(root, skb(1) + 80);
    fake.tree_node(skb(1), skb(0), skb(2));
    auto found = links->tree(root);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (std::vector<uint64_t>{skb(0), skb(1), skb(2)}));

    fake.memory.write(skb(4), skb(5));
    EXPECT_EQ(links->chain(skb(4)), (std::vector<uint64_t>{skb(4), skb(5)}));
    EXPECT_TRUE(links->chain(0).empty());
}

TEST_P(Skbs, WhatTwoQueuesShareIsTheFirstOnes) {
    fake.skb(skb(0), page_head(0), end, 60, 1280, true);
    fake.skb(skb(1), page_head(1), end, 60, 1280, true);
    Account account;
    account.begin("receive");
    account.add(reader->read(skb(0)));
    account.begin("error");
    account.add(reader->read(skb(1)));
    account.begin("write");
    const auto queues = account.queues();
    ASSERT_EQ(queues.size(), 2U);
    EXPECT_EQ(queues[0].sums.pinned_bytes, 32768U);
    EXPECT_EQ(queues[1].name, "error");
    EXPECT_EQ(queues[1].sums.pinned_bytes, 0U);
    EXPECT_EQ(queues[1].sums.slab_bytes, 256U);
    EXPECT_EQ(account.total().pinned_bytes, 32768U);
    EXPECT_EQ(account.total().skbs, 2U);
}

} // namespace
} // namespace gmkcore
