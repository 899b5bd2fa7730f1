// The ledger of recorded hosts: /proc of stock kernels with 2 GiB, on two nodes (6.12: one node),
// each with 8 huge pages of 2 MiB and a zram disk with 40 MiB of incompressible data; without the
// module.
#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/findings/report.h"
#include "lib/ledger/holder.h"
#include "lib/ledger/ledger.h"
#include "lib/model/no_module.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

constexpr uint64_t mib = 1024 * 1024;

class Recorded : public testing::TestWithParam<std::string> {
  protected:
    std::filesystem::path root = test::test_dir() + "/data/proc-" + GetParam();
    Meminfo meminfo = Meminfo::read(root);
    std::optional<Zoneinfo> zoneinfo = Zoneinfo::read(root);
    Ledger ledger = make_ledger({.meminfo = meminfo, .zoneinfo = zoneinfo});

    uint64_t part(std::string_view name) {
        for (const LedgerPart& entry : ledger.parts) {
            if (entry.name == name)
                return entry.bytes;
        }
        ADD_FAILURE() << "no part " << name;
        return 0;
    }
};

TEST_P(Recorded, TheBooksClose) {
    EXPECT_EQ(ledger.total, ledger.free + ledger.applications + ledger.kernel + ledger.ghost);
    EXPECT_EQ(ledger.residual, 0);
    ASSERT_TRUE(zoneinfo);
    EXPECT_EQ(zoneinfo->managed * 4096, ledger.total);
    EXPECT_EQ(zoneinfo->cpus, 2U);
}

TEST_P(Recorded, WhatWasSetUpIsWhereItBelongs) {
    EXPECT_EQ(part("huge_pages"), 16 * mib);
    EXPECT_GT(part("cpu_lists"), 0U);
    // The pages of zram, and those that the kernel allocated at boot.
    EXPECT_GT(ledger.ghost, 40 * mib);
    EXPECT_LT(ledger.ghost, 60 * mib);
    EXPECT_LT(ledger.ghost_error, 4 * mib);
}

TEST_P(Recorded, NoPartIsMoreThanTheTotal) {
    uint64_t sum = 0;
    for (const LedgerPart& entry : ledger.parts)
        sum += entry.bytes;
    EXPECT_EQ(sum, ledger.free + ledger.applications + ledger.kernel);
}

TEST_P(Recorded, HoldersThatProcTells) {
    const std::vector<SiteView> none;
    const SpecialMappings mappings;
    const auto holders = find_holders({.root = root,
                                       .meminfo = meminfo,
                                       .page_size = 4096,
                                       .census = nullptr,
                                       .sockets = nullptr,
                                       .sites = none,
                                       .mappings = mappings});
    const auto bytes_of = [&](std::string_view name) {
        const auto at = std::ranges::find(holders, name, &Holder::name);
        if (at == holders.end())
            throw std::logic_error("no such holder");
        return at->bytes;
    };
    EXPECT_EQ(bytes_of("balloon"), 0U);
    // nr_memmap_pages was added in 6.11. Where there is a CMA area, its use is known only from a
    // census.
    const bool newer = GetParam() == "6.12" || GetParam() == "7.2";
    EXPECT_EQ(bytes_of("page_structs"), newer ? std::optional<uint64_t>(0) : std::nullopt);
    EXPECT_EQ(bytes_of("cma"), GetParam() == "7.2" ? std::nullopt : std::optional<uint64_t>(0));
}

INSTANTIATE_TEST_SUITE_P(Kernels, Recorded, testing::Values("5.10", "6.1", "6.12", "7.2"),
                         [](const auto& info) {
                             std::string name = info.param;
                             name[name.find('.')] = '_';
                             return "of_" + name;
                         });

// The format of 3.10 kernels: no Percpu, no Hugetlb, and VmallocUsed counts address space.
TEST(RecordedOld, OfKernel3_10) {
    const Meminfo meminfo = Meminfo::parse(
        "MemTotal:        8010500 kB\nMemFree:         1500000 kB\nMemAvailable:    5000000 kB\n"
        "Buffers:            2104 kB\nCached:          3600000 kB\nSwapCached:            0 kB\n"
        "Active:          2900000 kB\nInactive:        2102104 kB\nUnevictable:           0 kB\n"
        "SwapTotal:       4194300 kB\nAnonPages:       1400000 kB\nMapped:           120000 kB\n"
        "Shmem:            300000 kB\nSlab:             450000 kB\nSReclaimable:     300000 kB\n"
        "SUnreclaim:       150000 kB\nKernelStack:       12000 kB\nPageTables:        30000 kB\n"
        "NFS_Unstable:          0 kB\nBounce:                0 kB\nWritebackTmp:          0 kB\n"
        "VmallocTotal:   34359738367 kB\nVmallocUsed:      360000 kB\n"
        "VmallocChunk:   34359300000 kB\nHardwareCorrupted:     0 kB\n"
        "HugePages_Total:     100\nHugePages_Free:      100\nHugepagesize:       2048 kB\n");
    const Ledger ledger = make_ledger({.meminfo = meminfo});
    EXPECT_EQ(ledger.kernel, (450000 + 12000 + 30000 + 204800) * uint64_t{1024});
    EXPECT_EQ(ledger.ghost,
              (8010500 - 1500000 - 2104 - 3600000 - 1400000 - 696800) * uint64_t{1024});
    EXPECT_EQ(ledger.residual, 0);
}

// /proc/meminfo of other people's hosts: Linux 3.x to 6.6 on five architectures, and no more of
// them.
class Elsewhere : public testing::TestWithParam<std::string> {
  protected:
    NoModule module;
    std::filesystem::path root = test::test_dir() + "/data/recorded/" + GetParam();
    StatusReport report = gather_status(module, root, {}, HostState::recorded);
};

TEST_P(Elsewhere, TheLedgerIsSane) {
    const Ledger& ledger = report.ledger;
    EXPECT_EQ(
        static_cast<int64_t>(ledger.total),
        static_cast<int64_t>(ledger.free + ledger.applications + ledger.kernel + ledger.ghost) +
            ledger.residual);
    EXPECT_LE(ledger.residual, 0);
    // Lines may overlap by what they count at different moments.
    EXPECT_LT(-ledger.residual, static_cast<int64_t>(ledger.total / 100));
    for (const LedgerPart& part : ledger.parts)
        EXPECT_LE(part.bytes, ledger.total) << part.name;
    EXPECT_TRUE(report.unknown_lines.empty()) << report.unknown_lines.front().name;
    EXPECT_FALSE(report.verdict.reasons.empty());
}

INSTANTIATE_TEST_SUITE_P(Hosts, Elsewhere,
                         testing::Values("arm32-4.1-zte-hotspot", "arm64-4.9-tegra-tx2",
                                         "arm64-6.x-rpi-idle-cma",
                                         "mips-6.6-openwrt-ramips-leaking",
                                         "s390x-5.11-fedora-lpar", "x86_64-3.x-cloud-1g",
                                         "x86_64-4.18-el8-hyperv-balloon"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace_if(
                                 name, [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

StatusReport recorded(const std::string& host) {
    NoModule module;
    return gather_status(module, test::test_dir() + "/data/recorded/" + host, {},
                         HostState::recorded);
}

uint64_t part_of(const StatusReport& report, std::string_view name) {
    const auto at = std::ranges::find(report.ledger.parts, name, &LedgerPart::name);
    return at == report.ledger.parts.end() ? 0 : at->bytes;
}

// Before 4.4 the line was of address space: here twice the memory of the host.
TEST(ElsewhereTest, AddressSpaceIsNotMemory) {
    EXPECT_EQ(part_of(recorded("arm32-4.1-zte-hotspot"), "vmalloc"), 0U);
    EXPECT_EQ(part_of(recorded("x86_64-3.x-cloud-1g"), "vmalloc"), 0U);
    EXPECT_GT(part_of(recorded("s390x-5.11-fedora-lpar"), "vmalloc"), 100 * mib);
}

TEST(ElsewhereTest, AVendorsLineExplainsItsGhosts) {
    const StatusReport report = recorded("arm64-4.9-tegra-tx2");
    const auto nvmap = std::ranges::find(report.holders, "nvmap", &Holder::name);
    ASSERT_NE(nvmap, report.holders.end());
    EXPECT_EQ(nvmap->bytes, (805'068U + 94'784U) * 1024);
    EXPECT_GT(nvmap->bytes, report.ledger.ghost / 10 * 7);
}

TEST(ElsewhereTest, WhatLeaksHasGhosts) {
    const StatusReport leaking = recorded("mips-6.6-openwrt-ramips-leaking");
    EXPECT_NEAR(static_cast<double>(leaking.ledger.ghost) /
                    static_cast<double>(leaking.ledger.total),
                0.497, 0.01);
    const StatusReport balloon = recorded("x86_64-4.18-el8-hyperv-balloon");
    EXPECT_NEAR(static_cast<double>(balloon.ledger.ghost) /
                    static_cast<double>(balloon.ledger.total),
                0.678, 0.01);
}

} // namespace
} // namespace ghostmem
