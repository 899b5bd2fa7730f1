// The ledger from its three sources: /proc/meminfo, /proc/zoneinfo and the census of page frames.
#include <gtest/gtest.h>

#include "lib/ledger/ledger.h"

namespace ghostmem {
namespace {

constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t pages_a_mib = 256;

// A host with 1024 MiB, 24 MiB of which are reserved.
struct Host {
    PageCensus census = [] {
        PageCensus census;
        Zone zone;
        zone.name = "Normal";
        zone.managed_pages = 1000 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_RESERVED] = 24 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_FREE] = 500 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_PCP] = 6 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_SLAB] = 40 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_TABLE] = 4 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_ANON] = 100 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_FILE] = 140 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_SHMEM] = 10 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_KERNEL] = 60 * pages_a_mib;
        zone.classes[GHOSTMEM_PAGE_TAIL] = 140 * pages_a_mib;
        census.frames = 1024 * pages_a_mib;
        census.zones = {zone};
        return census;
    }();
    std::string text = "MemTotal: 1024000 kB\nMemFree: 512000 kB\nBuffers: 10240 kB\n"
                       "Cached: 143360 kB\nShmem: 10240 kB\nAnonPages: 102400 kB\n"
                       "Slab: 45056 kB\nPageTables: 4096 kB\nKernelStack: 2048 kB\n"
                       "VmallocUsed: 16384 kB\nPercpu: 3072 kB\n";

    uint64_t& pages(ghostmem_page_class page_class) { return census.zones[0].classes[page_class]; }
    [[nodiscard]] Ledger ledger() const {
        const Meminfo meminfo = Meminfo::parse(text);
        return make_ledger({.meminfo = meminfo, .census = &census});
    }
};

uint64_t part(const Ledger& ledger, std::string_view name) {
    for (const LedgerPart& entry : ledger.parts) {
        if (entry.name == name)
            return entry.bytes;
    }
    ADD_FAILURE() << "no part " << name;
    return 0;
}

TEST(LedgerCensus, GhostsAreCountedNotWhatIsLeft) {
    const Ledger ledger = Host{}.ledger();
    EXPECT_TRUE(ledger.counted);
    EXPECT_EQ(ledger.free, 506 * mib);
    EXPECT_EQ(ledger.applications, 250 * mib);
    // Slab is 4 MiB larger than the slab pages: large kmalloc.
    EXPECT_EQ(ledger.kernel, (44 + 4 + 16 + 3) * mib);
    EXPECT_EQ(ledger.ghost, (60 + 140 - 4 - 16 - 3) * mib);
    EXPECT_EQ(ledger.residual, 0);
    EXPECT_EQ(part(ledger, "vmalloc"), 14 * mib);
    EXPECT_EQ(part(ledger, "kernel_stacks"), 2 * mib);
    EXPECT_EQ(part(ledger, "cpu_lists"), 6 * mib);
}

TEST(LedgerCensus, SaysWhatDoesNotAddUp) {
    Host host;
    host.pages(GHOSTMEM_PAGE_FILE) += 3 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_KERNEL) -= 3 * pages_a_mib;
    EXPECT_EQ(host.ledger().residual, static_cast<int64_t>(3 * mib));
    host.pages(GHOSTMEM_PAGE_KERNEL) += 5 * pages_a_mib;
    EXPECT_EQ(host.ledger().residual, -static_cast<int64_t>(2 * mib));
}

TEST(LedgerCensus, ALeakIsGhost) {
    Host host;
    const Ledger before = host.ledger();
    host.pages(GHOSTMEM_PAGE_FREE) -= 200 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_KERNEL) += 200 * pages_a_mib;
    host.text.replace(host.text.find("512000"), 6, "307200");
    EXPECT_EQ(host.ledger().ghost, before.ghost + 200 * mib);
    EXPECT_EQ(host.ledger().residual, 0);
}

TEST(LedgerCensus, LargeKmallocIsSlabWhereFramesTellIt) {
    Host host;
    const Ledger before = host.ledger();
    host.pages(GHOSTMEM_PAGE_KERNEL) -= 4 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_LARGE_KMALLOC) += 4 * pages_a_mib;
    EXPECT_EQ(host.ledger().ghost, before.ghost);
}

TEST(LedgerCensus, ABalloonOutsideTheTotalIsNoGhost) {
    Host host;
    host.pages(GHOSTMEM_PAGE_OFFLINE) = 256 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_FREE) -= 256 * pages_a_mib;
    host.census.zones[0].managed_pages -= 256 * pages_a_mib;
    host.text.replace(host.text.find("1024000"), 7, "0761856");
    host.text.replace(host.text.find("512000"), 6, "249856");
    const Ledger ledger = host.ledger();
    EXPECT_EQ(part(ledger, "balloon"), 0U);
    EXPECT_EQ(ledger.ghost, 177 * mib);
    EXPECT_EQ(ledger.residual, 0);
}

TEST(LedgerCensus, NorIsOneWithinIt) {
    Host host;
    host.pages(GHOSTMEM_PAGE_OFFLINE) = 256 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_FREE) -= 256 * pages_a_mib;
    host.text.replace(host.text.find("512000"), 6, "249856");
    const Ledger ledger = host.ledger();
    EXPECT_EQ(part(ledger, "balloon"), 256 * mib);
    EXPECT_EQ(ledger.ghost, 177 * mib);
    EXPECT_EQ(ledger.residual, 0);
}

TEST(LedgerCensus, ZramIsGhostAndZswapIsNot) {
    Host host;
    const Ledger before = host.ledger();
    host.pages(GHOSTMEM_PAGE_ZSPOOL) = 50 * pages_a_mib;
    host.pages(GHOSTMEM_PAGE_FREE) -= 50 * pages_a_mib;
    host.text.replace(host.text.find("512000"), 6, "460800");
    EXPECT_EQ(host.ledger().ghost, before.ghost + 50 * mib);
    host.text += "Zswap: 51200 kB\n";
    EXPECT_EQ(host.ledger().ghost, before.ghost);
    EXPECT_EQ(host.ledger().residual, 0);
}

// Anonymous pages that are pinned when their process exits no longer count as AnonPages, but remain
// on the LRU lists.
TEST(LedgerCensus, PagesThatProcessesLetGoOfAreGhosts) {
    Host host;
    const Ledger before = host.ledger();
    host.census.zones[0].let_go_pages = 30 * pages_a_mib;
    host.text.replace(host.text.find("AnonPages: 102400") + 11, 6, "071680");
    EXPECT_EQ(host.ledger().ghost, before.ghost + 30 * mib);
    EXPECT_EQ(host.ledger().applications, before.applications - 30 * mib);
    EXPECT_EQ(host.ledger().residual, 0);
}

TEST(LedgerCensus, SurvivesACensusOfNothing) {
    Host host;
    host.census.zones.clear();
    const Ledger ledger = host.ledger();
    EXPECT_EQ(ledger.ghost, 0U);
    EXPECT_EQ(ledger.total, ledger.free + ledger.applications + ledger.kernel + ledger.ghost +
                                static_cast<uint64_t>(ledger.residual));
}

TEST(LedgerCensus, SurvivesAbsurdCounts) {
    Host host;
    for (uint64_t& pages : host.census.zones[0].classes)
        pages = UINT64_MAX;
    const Ledger ledger = host.ledger();
    EXPECT_LE(ledger.residual, 0);
}

// Ten pages moved from a CPU's free list to the zone's between the two reads: they are free, not
// ghosts.
TEST(LedgerZoneinfo, FreeListsOfCpusAreFree) {
    const Meminfo meminfo = Meminfo::parse("MemTotal: 1000 kB\nMemFree: 400 kB\nPercpu: 700 kB\n");
    const Zoneinfo zoneinfo{.managed = 250, .free = 110, .pcp = 10, .cpus = 2, .drift = 10};
    const Ledger ledger = make_ledger({.meminfo = meminfo, .zoneinfo = zoneinfo});
    EXPECT_FALSE(ledger.counted);
    EXPECT_EQ(ledger.free, 480U * 1024);
    EXPECT_EQ(part(ledger, "buddy"), 440U * 1024);
    EXPECT_EQ(ledger.ghost_error, 10U * 10 * 4096 + 512 * 1024);
}

TEST(LedgerZoneinfo, IsUsedWhileABalloonMoves) {
    const Meminfo meminfo = Meminfo::parse("MemTotal: 1000 kB\nMemFree: 400 kB\n");
    const Zoneinfo zoneinfo{.managed = 248, .free = 98, .pcp = 10, .cpus = 2, .drift = 10};
    EXPECT_EQ(make_ledger({.meminfo = meminfo, .zoneinfo = zoneinfo}).free, 432U * 1024);
}

TEST(LedgerZoneinfo, OfTheHostSaysNothingOfAContainer) {
    const Meminfo meminfo = Meminfo::parse("MemTotal: 1000 kB\nMemFree: 400 kB\n");
    const Zoneinfo zoneinfo{.managed = 25000, .free = 11000, .pcp = 1000, .cpus = 2, .drift = 10};
    EXPECT_EQ(make_ledger({.meminfo = meminfo, .zoneinfo = zoneinfo}).free, 400U * 1024);
}

TEST(LedgerEras, BeforeVmallocWasCountedItsLineIsAddresses) {
    const char* text = "MemTotal: 9000 kB\nKernelStack: 100 kB\nVmallocUsed: 5000 kB\n";
    EXPECT_EQ(part(make_ledger({.meminfo = Meminfo::parse(text)}), "vmalloc"), 4900U * 1024);
    const std::string old = std::string(text) + "VmallocChunk: 34359738367 kB\n";
    EXPECT_EQ(part(make_ledger({.meminfo = Meminfo::parse(old)}), "vmalloc"), 0U);
    EXPECT_EQ(part(make_ledger({.meminfo = Meminfo::parse(old)}), "kernel_stacks"), 100U * 1024);
}

TEST(Zoneinfo, SumsUpWhatItKnows) {
    const Zoneinfo info = Zoneinfo::parse("Node 0, zone      DMA\n"
                                          "  pages free     3776\n"
                                          "        managed  3840\n"
                                          "  pagesets\n"
                                          "    cpu: 0\n"
                                          "              count: 0\n"
                                          "              high:  0\n"
                                          "  vm stats threshold: 2\n"
                                          "    cpu: 1\n"
                                          "              count: 7\n"
                                          "  vm stats threshold: 2\n"
                                          "Node 0, zone   Normal\n"
                                          "  pages free     600\n"
                                          "        managed  1000\n"
                                          "    cpu: 0\n"
                                          "              count: 40\n"
                                          "  vm stats threshold: 12\n");
    EXPECT_EQ(info.managed, 4840U);
    EXPECT_EQ(info.free, 4376U);
    EXPECT_EQ(info.pcp, 47U);
    EXPECT_EQ(info.cpus, 2U);
    EXPECT_EQ(info.drift, 24U);
    EXPECT_EQ(Zoneinfo::parse("count:\nmanaged\ncpu: x\n\n").pcp, 0U);
    EXPECT_FALSE(Zoneinfo::read("/nonexistent"));
}

} // namespace
} // namespace ghostmem
