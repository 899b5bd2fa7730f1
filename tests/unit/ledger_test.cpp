// Tests the ledger with real and with absurd contents of /proc/meminfo.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

constexpr uint64_t kib = 1024;

Ledger ledger_of(std::string_view text) {
    const Meminfo meminfo = Meminfo::parse(text);
    return make_ledger({.meminfo = meminfo});
}

void expect_adds_up(const Ledger& ledger) {
    // Unsigned arithmetic wraps, but is exact unless the sum is absurd.
    EXPECT_EQ(ledger.total, ledger.free + ledger.applications + ledger.kernel + ledger.ghost +
                                static_cast<uint64_t>(ledger.residual));
}

TEST(Ledger, OfARealHost) {
    const Ledger ledger = ledger_of(test::read_file(test::test_dir() + "/data/meminfo-6.1"));
    EXPECT_EQ(ledger.total, 2022316 * kib);
    EXPECT_EQ(ledger.free, 1714868 * kib);
    // Buffers + Cached + AnonPages; nothing is swapped.
    EXPECT_EQ(ledger.applications, (7800 + 136700 + 34600) * kib);
    // Slab + PageTables + Percpu + VmallocUsed, which includes the kernel stacks.
    EXPECT_EQ(ledger.kernel, (45448 + 1564 + 1240 + 21204) * kib);
    EXPECT_EQ(ledger.residual, 0);
    expect_adds_up(ledger);
}

TEST(Ledger, CountsSharedMemoryOnce) {
    const Ledger ledger = ledger_of("MemTotal: 1000 kB\nMemFree: 100 kB\nCached: 500 kB\n"
                                    "Shmem: 400 kB\nAnonPages: 100 kB\n");
    EXPECT_EQ(ledger.applications, 600 * kib);
    EXPECT_EQ(ledger.ghost, 300 * kib);
}

TEST(Ledger, CountsMappedSwapCacheOnce) {
    const char* common =
        "MemTotal: 9000 kB\nCached: 500 kB\nAnonPages: 800 kB\nSwapCached: 300 kB\n";
    // The LRU lists hold 200 kB less than the sum, so 200 kB are counted twice.
    EXPECT_EQ(ledger_of(std::string(common) + "Active: 1000 kB\nInactive: 400 kB\n").applications,
              1400 * kib);
    // No more than the size of the swap cache can be counted twice.
    EXPECT_EQ(ledger_of(std::string(common) + "Active: 100 kB\n").applications, 1300 * kib);
    EXPECT_EQ(ledger_of(common).applications, 1600 * kib);
}

TEST(Ledger, CountsStacksWithinVmalloc) {
    EXPECT_EQ(ledger_of("MemTotal: 900 kB\nVmallocUsed: 50 kB\nKernelStack: 20 kB\n").kernel,
              50 * kib);
    EXPECT_EQ(ledger_of("MemTotal: 900 kB\nVmallocUsed: 0 kB\nKernelStack: 20 kB\n").kernel,
              20 * kib);
}

TEST(Ledger, CountsReclaimableAndHugePages) {
    EXPECT_EQ(ledger_of("MemTotal: 900 kB\nSlab: 50 kB\nSReclaimable: 30 kB\nKReclaimable: 35 kB\n")
                  .kernel,
              55 * kib);
    EXPECT_EQ(ledger_of("MemTotal: 9000 kB\nHugetlb: 4096 kB\nHugePages_Total: 1\n"
                        "Hugepagesize: 2048 kB\n")
                  .kernel,
              4096 * kib);
    EXPECT_EQ(ledger_of("MemTotal: 9000 kB\nHugePages_Total: 2\nHugepagesize: 2048 kB\n").kernel,
              4096 * kib);
}

TEST(Ledger, OverlapIsResidualNotGhost) {
    const Ledger ledger = ledger_of("MemTotal: 1000 kB\nMemFree: 900 kB\nCached: 300 kB\n");
    EXPECT_EQ(ledger.ghost, 0U);
    EXPECT_EQ(ledger.residual, -200 * static_cast<int64_t>(kib));
    expect_adds_up(ledger);
}

TEST(Ledger, SurvivesAbsurdInput) {
    for (const char* text :
         {"", ":", "MemTotal", "MemTotal:", "MemTotal: kB", "MemTotal: -5 kB", "\n\n::\n",
          "MemTotal: 99999999999999999999999 kB", "MemFree: 18446744073709551615 kB",
          "MemTotal: 1 kB\nHugePages_Total: 18446744073709551615\nHugepagesize: 2048 kB",
          "Slab: 18014398509481983 kB\nPercpu: 18014398509481983 kB\nCached: 18014398509481983 kB"})
        expect_adds_up([&] {
            Ledger ledger = ledger_of(text);
            // A saturated sum does not add up; such input must only not crash.
            if (ledger.residual < -(1LL << 60))
                ledger = {};
            return ledger;
        }());
}

TEST(Meminfo, ReadsWhatItCan) {
    const Meminfo info = Meminfo::parse("MemTotal:  7 kB\nMemFree:\t1 kB\nBuffers: -3 kB\n"
                                        "HugePages_Total:  12\nOdd: 5 MB\nCached: 12 k");
    EXPECT_EQ(info.get("MemTotal"), 7 * kib);
    EXPECT_EQ(info.get("MemFree"), kib);
    EXPECT_EQ(info.find("Buffers"), 0U);
    EXPECT_EQ(info.get("HugePages_Total"), 12U);
    EXPECT_FALSE(info.find("Odd"));
    EXPECT_FALSE(info.find("Cached"));
    EXPECT_FALSE(info.find("Absent"));
}

TEST(Meminfo, TellsWhatIsMissing) {
    EXPECT_THROW(Meminfo::read("/nonexistent"), Error);
    const std::filesystem::path root = testing::TempDir() + "/no-memtotal";
    std::filesystem::create_directories(root / "proc");
    std::ofstream(root / "proc/meminfo") << "MemFree: 12 kB\n";
    EXPECT_THROW(Meminfo::read(root), Error);
    std::filesystem::remove_all(root);
}

} // namespace
} // namespace ghostmem
