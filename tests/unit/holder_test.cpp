// Tests how known holders are read from /proc, /sys and tracefs.
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "lib/ledger/holder.h"
#include "lib/sockets/report.h"
#include "support/samples.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
namespace fs = std::filesystem;

constexpr uint64_t kib = 1024;
constexpr uint64_t mib = 1024 * kib;

class HolderTest : public testing::Test {
  protected:
    fs::path root = testing::TempDir() + "/holders-" + std::to_string(getpid());
    std::string meminfo = "MemTotal: 1000 kB\n";
    std::optional<PageCensus> census;
    std::optional<SocketSummary> sockets;
    std::vector<SiteView> sites;
    std::vector<Holder> all;

    void TearDown() override { fs::remove_all(root); }

    void file(const std::string& name, std::string_view text) {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    void link(const std::string& name, const std::string& target) {
        fs::create_directories((root / name).parent_path());
        fs::create_symlink(target, root / name);
    }
    const Holder& look(std::string_view name) {
        const Meminfo parsed = Meminfo::parse(meminfo);
        const SpecialMappings mappings = SpecialMappings::read(root);
        all = find_holders({.root = root,
                            .meminfo = parsed,
                            .page_size = 4096,
                            .census = census ? &*census : nullptr,
                            .sockets = sockets ? &*sockets : nullptr,
                            .sites = sites,
                            .mappings = mappings});
        for (const Holder& holder : all) {
            if (holder.name == name)
                return holder;
        }
        throw std::logic_error("no such holder");
    }
    void count(ghostmem_page_class page_class, uint64_t pages) {
        census.emplace();
        census->frames = 1;
        census->zones.resize(1);
        census->zones[0].classes[page_class] = pages;
    }
};

TEST_F(HolderTest, WhatIsNotThereIsNotMadeUp) {
    look("zram");
    for (const Holder& holder : all) {
        EXPECT_EQ(holder.bytes.value_or(0), 0U) << holder.name;
        EXPECT_FALSE(holder.evidence.empty()) << holder.name;
    }
    EXPECT_EQ(held_beyond_sites(all), 0U);
}

TEST_F(HolderTest, BalloonByItsEvents) {
    EXPECT_FALSE(look("balloon").bytes);
    file("proc/vmstat", "nr_free_pages 12\nballoon_inflate 70000\nballoon_deflate 4464\n");
    EXPECT_EQ(look("balloon").bytes, 256 * mib);
    EXPECT_EQ(look("balloon").part, HolderPart::outside);
    count(GHOSTMEM_PAGE_OFFLINE, 512);
    EXPECT_EQ(look("balloon").bytes, 2 * mib);
}

TEST_F(HolderTest, HugePagesOfAllSizes) {
    const std::string pools = "sys/kernel/mm/hugepages/";
    file(pools + "hugepages-2048kB/nr_hugepages", "16\n");
    file(pools + "hugepages-2048kB/free_hugepages", "10\n");
    file(pools + "hugepages-2048kB/resv_hugepages", "4\n");
    file(pools + "hugepages-1048576kB/nr_hugepages", "1\n");
    file(pools + "hugepages-xkB/nr_hugepages", "1\n");
    EXPECT_EQ(look("huge_pages").bytes, 32 * mib + 1024 * mib);
    EXPECT_NE(look("huge_pages").detail.find("16 of 2.0 MiB: 6 in use, 4 reserved"),
              std::string::npos);
}

TEST_F(HolderTest, ZramOfAllDisks) {
    file("sys/block/zram0/mm_stat", "1048576 2000 8192 0 8192 0 0 0 0\n");
    file("sys/block/zram1/mm_stat", "0 0 0 0 0 0 0 0 0\n");
    file("sys/block/zram2/mm_stat", "4096 2000 4096\n");
    file("sys/block/zram3/mm_stat", "");
    EXPECT_EQ(look("zram").bytes, 12 * kib);
    EXPECT_EQ(held_beyond_sites(all), 12 * kib);
    // The tracker has recorded a part of these allocations.
    sites = {make_view(site(2, 2, stack({"__alloc_pages", "zs_malloc", "zram_write_page [zram]"})),
                       4096),
             make_view(site(3, 9, stack({"__alloc_pages", "other"})), 4096)};
    EXPECT_EQ(look("zram").in_sites_bytes, 8 * kib);
    EXPECT_EQ(held_beyond_sites(all), 4 * kib);
    EXPECT_EQ(held_on_purpose(all), 12 * kib);
}

TEST_F(HolderTest, ZswapNeedsItsLineOrToBeOff) {
    EXPECT_EQ(look("zswap").bytes, 0U);
    file("sys/module/zswap/parameters/enabled", "Y\n");
    EXPECT_FALSE(look("zswap").bytes);
    meminfo += "Zswap: 40 kB\nZswapped: 100 kB\n";
    EXPECT_EQ(look("zswap").bytes, 40 * kib);
}

TEST_F(HolderTest, TraceBuffersOfAllInstances) {
    EXPECT_FALSE(look("ftrace").bytes);
    const std::string tracing = "sys/kernel/tracing/";
    file(tracing + "per_cpu/cpu0/buffer_size_kb", "7 (expanded: 1408)\n");
    file(tracing + "per_cpu/cpu1/buffer_size_kb", "1408\n");
    file(tracing + "instances/mine/per_cpu/cpu0/buffer_size_kb", "4\n");
    // Each with its reader page: 2 + 1; 354 + 1, as 1408 KiB take 354 pages of 4080 bytes; 2 + 1.
    EXPECT_EQ(look("ftrace").bytes, (3 + 355 + 3) * 4096U);
    EXPECT_EQ(look("ftrace").detail, "set in /sys/kernel/tracing/buffer_size_kb and 1 instance");
}

TEST_F(HolderTest, PerfBuffersByMapping) {
    link("proc/12/fd/3", "anon_inode:[perf_event]");
    file("proc/12/maps", "7f0000000000-7f0000081000 rw-s 00000000 00:0e 1037    "
                         "anon_inode:[perf_event]\n"
                         "7f0000100000-7f0000200000 rw-p 00000000 00:00 0 \n");
    // The maps of a process without such a descriptor are not read, so as not to block it.
    file("proc/13/maps", "7f0000000000-7f0000081000 rw-s 00000000 00:0e 1037 "
                         "anon_inode:[perf_event]\n");
    file("proc/self/maps", "nonsense\n");
    EXPECT_EQ(look("perf").bytes, 129 * 4 * kib);
    EXPECT_EQ(look("perf").detail, "the largest: 516.0 KiB of pid 12");
}

TEST_F(HolderTest, SecretMemory) {
    link("proc/14/fd/3", "/secretmem (deleted)");
    file("proc/14/maps", "7f0000000000-7f0000002000 rw-s 00000000 00:0f 7 /secretmem (deleted)\n");
    EXPECT_EQ(look("secretmem").bytes, 8 * kib);
    EXPECT_EQ(look("secretmem").part, HolderPart::applications);
}

TEST_F(HolderTest, PacketRingsAreCountedAmongSockets) {
    EXPECT_FALSE(look("packet_rings").bytes);
    Socket ring = tcp_socket(1);
    hold(ring, "rx_ring", held(0, 512));
    hold(ring, "tx_ring", held(0, 256));
    sockets = summary_of(dump_of({ring}));
    EXPECT_EQ(look("packet_rings").bytes, 3 * mib);
    EXPECT_EQ(look("packet_rings").detail, "2 rings");
    EXPECT_EQ(held_beyond_sites(all), 0U);
}

TEST_F(HolderTest, PagePoolsByTheCensus) {
    EXPECT_FALSE(look("page_pool").bytes);
    count(GHOSTMEM_PAGE_POOL, 256);
    EXPECT_EQ(look("page_pool").bytes, mib);
    EXPECT_EQ(held_beyond_sites(all), 0U);
    EXPECT_EQ(held_on_purpose(all), 0U);
}

TEST_F(HolderTest, CmaByTheCensus) {
    EXPECT_EQ(look("cma").bytes, 0U);
    meminfo += "CmaTotal: 65536 kB\nCmaFree: 1024 kB\n";
    EXPECT_FALSE(look("cma").bytes);
    count(GHOSTMEM_PAGE_KERNEL, 300);
    census->zones[0].kernel_migrate[GHOSTMEM_MIGRATE_CMA] = 256;
    EXPECT_EQ(look("cma").bytes, mib);
}

TEST_F(HolderTest, WhatUsersLetGoOfByTheCensus) {
    EXPECT_FALSE(look("let_go").bytes);
    count(GHOSTMEM_PAGE_ANON, 300);
    EXPECT_FALSE(look("let_go").bytes) << "an older module's census";
    census->zones[0].let_go_pages = 256;
    EXPECT_EQ(look("let_go").bytes, mib);
    EXPECT_EQ(held_beyond_sites(all), mib);
    EXPECT_EQ(held_on_purpose(all), 0U);
}

TEST_F(HolderTest, WhatIsRegisteredWithIoUringHasAnOwner) {
    link("proc/12/fd/5", "anon_inode:[io_uring]");
    file("proc/12/comm", "server\n");
    file("proc/12/fdinfo/5", "pos:\t0\nSqThread:\t-1\nUserFiles:\t1\n    0: /4096\nUserBufs:\t3\n"
                             "    0: 0x7f0000000000/1048576\n    1: <none>\n"
                             "    2: 0x7f0000200000/4096\nPollList:\n  op=1, task_works=0\n");
    count(GHOSTMEM_PAGE_ANON, 300);
    census->zones[0].let_go_pages = 512;
    EXPECT_EQ(look("let_go").detail, "io_uring of server[12]: 1.0 MiB");
    EXPECT_EQ(look("let_go").bytes, 2 * mib);
    EXPECT_EQ(held_for_owners(all), mib + 4 * kib);
    census->zones[0].let_go_pages = 128;
    look("let_go");
    EXPECT_EQ(held_for_owners(all), mib / 2) << "the rest is mapped, and no ghost";
}

TEST(UserPinsTest, APipeCountsOnceAndIsNotRead) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    ASSERT_EQ(write(ends[1], "unread", 6), 6);
    const fs::path self = "/proc/self";
    UserPins pins;
    for (const int end : {ends[1], ends[0], ends[0]}) {
        const std::string number = std::to_string(end);
        pins.look(self, 7, number, fs::read_symlink(self / "fd" / number).native());
    }
    EXPECT_EQ(pins.pipe_bytes(), 6U);
    EXPECT_EQ(pins.owners().size(), 1U);
    EXPECT_EQ(pins.whose(true).find("pipes of "), 0U);
    char byte[8];
    EXPECT_EQ(read(ends[0], byte, sizeof(byte)), 6);
    close(ends[0]);
    close(ends[1]);
}

TEST_F(HolderTest, RamDisks) {
    EXPECT_EQ(look("ramdisk").bytes, 0U);
    fs::create_directories(root / "sys/block/ram0");
    EXPECT_FALSE(look("ramdisk").bytes);
    file("sys/kernel/debug/ramdisk_pages/ram0", "512\n");
    file("sys/kernel/debug/ramdisk_pages/ram1", "0\n");
    EXPECT_EQ(look("ramdisk").bytes, 2 * mib);
}

TEST_F(HolderTest, TablesOfGuests) {
    EXPECT_EQ(look("guest_page_tables").bytes, 0U);
    file("dev/kvm", "");
    EXPECT_FALSE(look("guest_page_tables").bytes);
    meminfo += "SecPageTables: 12 kB\n";
    EXPECT_EQ(look("guest_page_tables").bytes, 12 * kib);
}

TEST_F(HolderTest, DmaBuffersButThoseOfSharedMemory) {
    EXPECT_FALSE(look("dma_buf").bytes);
    file("sys/kernel/debug/dma_buf/bufinfo",
         "\nDma-buf Objects:\n"
         "size    \tflags   \tmode    \tcount   \texp_name\tino     \tname\n"
         "01048576\t00000002\t00080007\t00000002\tsystem\t00000010\t<none>\n"
         "\tAttached Devices:\nTotal 0 devices attached\n\n"
         "00004096\t00000002\t00080007\t00000002\tudmabuf\t00000011\t<none>\n"
         "\nTotal 2 objects, 1052672 bytes\n");
    EXPECT_EQ(look("dma_buf").bytes, mib);
}

TEST_F(HolderTest, HashTablesFromTheLog) {
    EXPECT_FALSE(look("hash_tables").bytes);
    file("dev/kmsg", "6,1,2,-;something else\n");
    EXPECT_FALSE(look("hash_tables").bytes);
    file("dev/kmsg", "6,1,2,-;TCP established hash table entries: 16384 (order: 5, 131072 bytes, "
                     "linear)\n SUBSYSTEM=net\n");
    EXPECT_EQ(look("hash_tables").bytes, 128 * kib);
    for (const char* other :
         {"6,1,2,-;Dentry cache hash table entries: 131072 (order: 8, 1048576 bytes, linear)\n",
          "6,1,2,-;futex hash table entries: 512 (order: 3, 32768 bytes, vmalloc)\n"}) {
        file("dev/kmsg", other);
        EXPECT_EQ(look("hash_tables").bytes, 0U) << other;
    }
}

TEST_F(HolderTest, StructsOfPagesPluggedIn) {
    EXPECT_FALSE(look("page_structs").bytes);
    file("proc/vmstat", "nr_memmap_pages 1024\nnr_memmap_boot_pages 8192\n");
    EXPECT_EQ(look("page_structs").bytes, 4 * mib);
}

} // namespace
} // namespace ghostmem
