// Tests the table of allocator frames on stacks as kernels print them.
#include <ostream>

#include <gtest/gtest.h>

#include "lib/attribution/frame_rules.h"
#include "lib/attribution/site_class.h"
#include "lib/attribution/site_view.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;

struct Case {
    const char* name;
    std::initializer_list<const char*> frames;
    SiteClass cls;
    const char* symbol;
    const char* module;
};

// GoogleTest's default output contains addresses, so test names would differ between runs.
void PrintTo(const Case& one, std::ostream* out) {
    *out << one.name;
}

// clang-format off
const Case cases[] = {
    {"driver_alloc_pages",
     {"hook_alloc [ghostmem]", "__traceiter_mm_page_alloc", "__alloc_pages", "alloc_pages",
      "lab_probe [lab]", "local_pci_probe"},
     SiteClass::direct, "lab_probe", "lab"},
    {"hook_reached_by_static_call",
     {"hook_alloc [ghostmem]", "__alloc_pages", "__get_free_pages", "lab_probe [lab]"},
     SiteClass::direct, "lab_probe", "lab"},
    {"bulk_by_kretprobe",
     {"hook_bulk_return [ghostmem]", "rethook_trampoline_handler", "arch_rethook_trampoline_callback",
      "arch_rethook_trampoline", "lab_take_bulk [lab]", "lab_probe [lab]"},
     SiteClass::direct, "lab_take_bulk", "lab"},
    {"bulk_by_kretprobe_5_10",
     {"hook_bulk_return [ghostmem]", "__kretprobe_trampoline_handler", "trampoline_handler",
      "kretprobe_trampoline", "lab_take_bulk [lab]"},
     SiteClass::direct, "lab_take_bulk", "lab"},
    {"ftrace_trampoline_without_symbol",
     {"hook_alloc [ghostmem]", "?", "__alloc_pages", "lab_probe [lab]"},
     SiteClass::direct, "lab_probe", "lab"},
    {"exact_noprof",
     {"__alloc_frozen_pages_noprof", "alloc_pages_mpol", "alloc_pages_noprof",
      "get_free_pages_noprof", "alloc_pages_exact_noprof", "lab_probe [lab]"},
     SiteClass::direct, "lab_probe", "lab"},
    {"page_fragment",
     {"__alloc_pages", "page_frag_alloc_align", "__netdev_alloc_skb", "e1000_alloc_rx_buffers [e1000]"},
     SiteClass::direct, "e1000_alloc_rx_buffers", "e1000"},
    {"page_pool",
     {"__alloc_pages_bulk", "__page_pool_alloc_pages_slow", "page_pool_alloc_pages",
      "mlx5e_post_rx_wqes [mlx5_core]", "mlx5e_napi_poll [mlx5_core]"},
     SiteClass::direct, "mlx5e_post_rx_wqes", "mlx5_core"},
    {"coherent_dma",
     {"__alloc_pages", "__dma_direct_alloc_pages.isra.0", "dma_direct_alloc", "dma_alloc_attrs",
      "e1000_setup_rx_resources [e1000]"},
     SiteClass::direct, "e1000_setup_rx_resources", "e1000"},
    {"socket_fragment",
     {"__alloc_pages", "skb_page_frag_refill", "sk_page_frag_refill", "tcp_sendmsg_locked"},
     SiteClass::direct, "tcp_sendmsg_locked", ""},
    {"pipe", {"__alloc_pages", "pipe_write", "vfs_write"}, SiteClass::direct, "pipe_write", ""},
    {"slab",
     {"__alloc_pages", "allocate_slab", "___slab_alloc", "__slab_alloc.constprop.0",
      "kmem_cache_alloc", "vm_area_dup"},
     SiteClass::slab, "vm_area_dup", ""},
    {"slab_from_a_driver",
     {"__alloc_pages", "new_slab", "___slab_alloc", "__kmem_cache_alloc_node", "__kmalloc",
      "lab_probe [lab]"},
     SiteClass::slab, "lab_probe", "lab"},
    {"large_kmalloc",
     {"__alloc_pages", "__kmalloc_large_node", "__kmalloc", "kvmalloc_node", "alloc_fdtable"},
     SiteClass::slab, "alloc_fdtable", ""},
    {"large_kmalloc_5_10",
     {"__alloc_pages_nodemask", "kmalloc_order", "kmalloc_order_trace", "__kmalloc", "tun_init [tun]"},
     SiteClass::slab, "tun_init", "tun"},
    {"vmalloc_of_a_driver",
     {"arch_rethook_trampoline", "vm_area_alloc_pages", "__vmalloc_area_node",
      "__vmalloc_node_range", "vmalloc", "lab_probe [lab]"},
     SiteClass::vmalloc, "lab_probe", "lab"},
    {"vmalloc_inlined", {"__alloc_pages", "__vmalloc_node_range_noprof", "vzalloc_noprof", "n_tty_open"},
     SiteClass::vmalloc, "n_tty_open", ""},
    {"vmalloc_metadata",
     {"__alloc_pages", "allocate_slab", "___slab_alloc", "__kmem_cache_alloc_node",
      "kmalloc_node_trace", "__get_vm_area_node"},
     SiteClass::slab, "__get_vm_area_node", ""},
    {"vmalloc_page_table",
     {"__alloc_pages", "get_zeroed_page", "__pte_alloc_kernel", "vmap_pages_range_noflush",
      "__vmalloc_node_range", "vmalloc", "lab_probe [lab]"},
     SiteClass::page_table, "lab_probe", "lab"},
    {"kernel_stack",
     {"arch_rethook_trampoline", "__vmalloc_area_node", "__vmalloc_node_range",
      "alloc_thread_stack_node", "dup_task_struct", "copy_process", "kernel_clone"},
     SiteClass::kernel_stack, "copy_process", ""},
    {"kernel_stack_inlined", {"__alloc_pages", "__vmalloc_node_range", "copy_process", "kernel_clone"},
     SiteClass::kernel_stack, "copy_process", ""},
    {"task_struct_is_slab",
     {"__alloc_pages", "allocate_slab", "___slab_alloc", "kmem_cache_alloc_node", "dup_task_struct",
      "copy_process"},
     SiteClass::slab, "copy_process", ""},
    {"page_table", {"__alloc_pages", "pte_alloc_one", "__pte_alloc", "do_anonymous_page", "__handle_mm_fault"},
     SiteClass::page_table, "do_anonymous_page", ""},
    {"pgd", {"__alloc_pages", "__get_free_pages", "pgd_alloc", "mm_init", "alloc_bprm"},
     SiteClass::page_table, "mm_init", ""},
    {"kvm_page_table", {"__alloc_pages", "__kvm_mmu_topup_memory_cache [kvm]", "direct_page_fault [kvm]"},
     SiteClass::page_table, "direct_page_fault", "kvm"},
    {"kasan_shadow", {"kasan_populate_vmalloc", "alloc_vmap_area", "__vmalloc_node_range", "vmalloc", "lab_probe [lab]"},
     SiteClass::debug, "kasan_populate_vmalloc", "lab"},
    {"stack_depot", {"__alloc_pages", "__stack_depot_save", "set_track_prepare", "__kmalloc_node", "lab_probe [lab]"},
     SiteClass::debug, "__stack_depot_save", "lab"},
    {"percpu", {"__alloc_pages", "pcpu_populate_chunk", "pcpu_alloc", "__alloc_percpu_gfp", "percpu_counter_init"},
     SiteClass::percpu, "percpu_counter_init", ""},
    {"page_cache",
     {"__alloc_pages", "folio_alloc", "filemap_alloc_folio", "__filemap_get_folio",
      "pagecache_get_page", "ext4_write_begin [ext4]"},
     SiteClass::page_cache, "ext4_write_begin", "ext4"},
    {"readahead",
     {"__alloc_pages", "folio_alloc", "page_cache_ra_unbounded", "filemap_get_pages"},
     SiteClass::page_cache, "filemap_get_pages", ""},
    {"buffer_cache", {"__alloc_pages", "folio_alloc", "__filemap_get_folio", "pagecache_get_page", "__getblk_gfp",
      "ext4_read_inode_bitmap [ext4]"}, SiteClass::page_cache, "ext4_read_inode_bitmap", "ext4"},
    {"btrfs_metadata", {"__alloc_pages_bulk", "btrfs_alloc_page_array [btrfs]", "alloc_extent_buffer [btrfs]"},
     SiteClass::page_cache, "alloc_extent_buffer", "btrfs"},
    {"anonymous", {"__alloc_pages", "__folio_alloc", "vma_alloc_folio", "do_anonymous_page", "__handle_mm_fault"},
     SiteClass::user, "do_anonymous_page", ""},
    {"shmem", {"__alloc_pages", "vma_alloc_folio", "shmem_alloc_folio", "shmem_alloc_and_acct_folio",
      "shmem_get_folio_gfp"}, SiteClass::user, "shmem_get_folio_gfp", ""},
    {"hugetlb", {"__alloc_pages", "alloc_buddy_huge_page.isra.0", "alloc_fresh_huge_page", "alloc_pool_huge_page",
      "__nr_hugepages_store_common"}, SiteClass::user, "__nr_hugepages_store_common", ""},
    {"tracer_own_leaf", {"hook_alloc [ghostmem]", "__alloc_pages", "get_zeroed_page", "map_leaf [ghostmem]", "map_init [ghostmem]"},
     SiteClass::tracer, "map_leaf", "ghostmem"},
    {"tracer_own_without_hook_frames", {"map_leaf [ghostmem]", "do_one_initcall"},
     SiteClass::tracer, "map_leaf", "ghostmem"},
    {"tracer_own_vmalloc", {"__alloc_pages", "__vmalloc_node_range", "vzalloc", "sites_init [ghostmem]"},
     SiteClass::tracer, "sites_init", "ghostmem"},
    {"virtio_mem", {"alloc_contig_range", "virtio_mem_fake_offline [virtio_mem]", "virtio_mem_config_changed [virtio_mem]"},
     SiteClass::balloon, "virtio_mem_fake_offline", "virtio_mem"},
    {"virtio_balloon", {"__alloc_pages", "balloon_page_alloc", "update_balloon_size_func [virtio_balloon]"},
     SiteClass::balloon, "update_balloon_size_func", "virtio_balloon"},
    {"hv_balloon", {"__alloc_pages", "alloc_balloon_pages.isra.0 [hv_balloon]", "balloon_up [hv_balloon]"},
     SiteClass::balloon, "alloc_balloon_pages.isra.0", "hv_balloon"},
    {"no_balloon", {"__alloc_pages", "virtio_mem_grab [evil]"}, SiteClass::direct, "virtio_mem_grab", "evil"},
    {"namesake_of_a_prefix", {"__alloc_pages", "kmalloc_evil [evil]", "evil_init [evil]"},
     SiteClass::direct, "kmalloc_evil", "evil"},
    // A module's function with the name of an allocator function belongs to the module.
    {"namesake", {"__alloc_pages", "alloc_pages [evil]", "evil_init [evil]"},
     SiteClass::direct, "alloc_pages", "evil"},
    // Allocator functions further out than the caller do not matter.
    {"deeper_frames_do_not_decide", {"__alloc_pages", "lab_probe [lab]", "vmalloc", "kmem_cache_alloc"},
     SiteClass::direct, "lab_probe", "lab"},
    {"nothing_but_the_allocator", {"__alloc_pages", "allocate_slab", "kmem_cache_alloc"},
     SiteClass::slab, "kmem_cache_alloc", ""},
    {"empty", {}, SiteClass::direct, "(no stack)", ""},
};
// clang-format on

class Classes : public testing::TestWithParam<Case> {};

TEST_P(Classes, AreTold) {
    const Case& expected = GetParam();
    const SiteView view = make_view(site(9, 1, stack(expected.frames)), 4096);
    EXPECT_EQ(name_of(view.cls), name_of(expected.cls));
    EXPECT_EQ(view.symbol, expected.symbol);
    EXPECT_EQ(view.module, expected.module);
}

INSTANTIATE_TEST_SUITE_P(Stacks, Classes, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(BaseName, LosesWhatCompilersAdd) {
    EXPECT_EQ(base_name("kmalloc_noprof"), "kmalloc");
    EXPECT_EQ(base_name("new_slab.isra.0"), "new_slab");
    EXPECT_EQ(base_name("alloc_pages_noprof.constprop.0.cold"), "alloc_pages");
    EXPECT_EQ(base_name("x.part.12.llvm.4711"), "x");
    EXPECT_EQ(base_name(""), "");
    EXPECT_EQ(base_name(".odd"), ".odd");
}

TEST(SiteView, UnreadableSitesAreOther) {
    Site other = site(1, 5, {});
    other.flags = GHOSTMEM_SITE_F_OTHER;
    EXPECT_EQ(make_view(other, 4096).cls, SiteClass::other);
    EXPECT_EQ(make_view(other, 4096).function, "(other)");
    Site blind = site(2, 5, {});
    blind.flags = GHOSTMEM_SITE_F_NO_STACK;
    EXPECT_EQ(make_view(blind, 4096).cls, SiteClass::other);
    EXPECT_EQ(make_view(blind, 4096).function, "(no stack)");
    Site traced = site(3, 5, {});
    traced.flags = GHOSTMEM_SITE_F_NO_CALLER;
    EXPECT_EQ(make_view(traced, 4096).cls, SiteClass::other);
    EXPECT_EQ(make_view(traced, 4096).function, "(no caller)");
}

TEST(SiteView, KnowsUnloadedModules) {
    const SiteView view = make_view(sample_sites()[0], 4096);
    EXPECT_EQ(view.module, "lab");
    EXPECT_EQ(view.module_state, CodeState::unloaded);
    EXPECT_EQ(view.function, "lab_take_blocks+0x5c");
    EXPECT_EQ(view.live_bytes, 4096U * 4096);
    EXPECT_EQ(make_view(site(1, UINT64_MAX, {}), 4096).live_bytes, UINT64_MAX);
}

TEST(ParseClasses, TakesListsAndNamesNonsense) {
    EXPECT_EQ(parse_classes("direct").classes, ClassSet{SiteClass::direct});
    EXPECT_EQ(parse_classes("slab,percpu").classes, (ClassSet{SiteClass::slab, SiteClass::percpu}));
    EXPECT_EQ(parse_classes("all").classes.size(), all_classes().size());
    for (const char* bad : {"", "direct,", "Direct", "ghost", "slab;percpu"})
        EXPECT_FALSE(parse_classes(bad).problem.empty()) << bad;
}

} // namespace
} // namespace ghostmem
