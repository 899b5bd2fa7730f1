#include "lib/attribution/frame_rules.h"

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace ghostmem {

namespace {

constexpr auto says_nothing = std::nullopt;
constexpr bool shown = false;

// Function names of kernels 5.10 to 7.2, without _noprof and compiler suffixes. Patterns with '*'
// are tried after the exact names, in the order of the table.
constexpr std::array rules = std::to_array<FrameRule>({
    // The page allocator and its entry points (mm/page_alloc.c, mm/mempolicy.c).
    {"__alloc_pages", says_nothing},
    {"__alloc_pages_nodemask", says_nothing}, // before 5.13
    {"__alloc_pages_slowpath", says_nothing},
    {"__alloc_pages_node", says_nothing},
    {"__alloc_pages_bulk", says_nothing},
    {"alloc_pages_bulk*", says_nothing},
    {"__alloc_frozen_pages*", says_nothing}, // since 6.14
    {"alloc_frozen_pages*", says_nothing},
    {"alloc_pages", says_nothing},
    {"alloc_pages_node", says_nothing},
    {"alloc_pages_current", says_nothing}, // before 5.12
    {"alloc_pages_mpol", says_nothing},    // since 6.7
    {"alloc_pages_nolock", says_nothing},  // since 6.15
    {"try_alloc_pages", says_nothing},
    {"alloc_page_interleave", says_nothing},
    {"alloc_pages_preferred_many", says_nothing},
    {"alloc_pages_exact", says_nothing},
    {"alloc_pages_exact_nid", says_nothing},
    {"make_alloc_exact", says_nothing},
    {"__get_free_pages", says_nothing},
    {"get_free_pages", says_nothing},
    {"get_zeroed_page", says_nothing},
    {"__folio_alloc*", says_nothing},
    {"folio_alloc*", says_nothing},
    {"alloc_contig_*", says_nothing},
    {"__alloc_contig_*", says_nothing},
    {"cma_alloc*", says_nothing},
    {"__cma_alloc*", says_nothing},
    {"mempool_alloc*", says_nothing},
    {"get_page_from_freelist", says_nothing},
    {"prep_new_page", says_nothing},
    {"rmqueue*", says_nothing},

    // Page fragments. They contain socket buffers and are ghosts.
    {"page_frag_alloc*", says_nothing},
    {"__page_frag_alloc*", says_nothing},
    {"__page_frag_cache_refill", says_nothing},
    {"page_frag_cache_refill", says_nothing},
    {"page_frag_refill*", says_nothing},
    {"__netdev_alloc_frag_align", says_nothing},
    {"__napi_alloc_frag_align", says_nothing},
    {"netdev_alloc_frag", says_nothing},
    {"napi_alloc_frag", says_nothing},
    {"skb_page_frag_refill", says_nothing},
    {"sk_page_frag_refill", says_nothing},

    // Wrappers that every driver calls: the driver's own function is more informative.
    {"__netdev_alloc_skb*", says_nothing},
    {"__napi_alloc_skb", says_nothing},
    {"napi_alloc_skb", says_nothing},
    {"__alloc_skb", says_nothing},
    {"alloc_skb_with_frags", says_nothing},
    {"sock_alloc_send_pskb", says_nothing},
    {"kmalloc_reserve", says_nothing},
    {"page_pool_alloc*", says_nothing},
    {"page_pool_dev_alloc*", says_nothing},
    {"__page_pool_alloc*", says_nothing},
    {"dma_alloc*", says_nothing},
    {"__dma_alloc*", says_nothing},
    {"__dma_direct_alloc*", says_nothing},
    {"dma_direct_alloc*", says_nothing},
    {"dma_common_alloc*", says_nothing},
    {"dmam_alloc*", says_nothing},
    {"dma_pool_alloc", says_nothing},
    {"pool_alloc_page", says_nothing},
    {"iommu_dma_alloc*", says_nothing},
    {"__iommu_dma_alloc*", says_nothing},
    {"kvmalloc*", says_nothing}, // slab or vmalloc: an inner frame has decided
    {"__kvmalloc*", says_nothing},
    {"kvzalloc*", says_nothing},
    {"kvcalloc*", says_nothing},
    {"devm_get_free_pages", says_nothing},
    {"devm_kmalloc", says_nothing},
    {"devm_kvmalloc", says_nothing},

    // Metadata that debugging kernels keep about their callers' memory. These frames are innermost,
    // and the pages are not the caller's.
    {"kasan_populate_vmalloc*", SiteClass::debug, shown},
    {"kasan_mem_notifier", SiteClass::debug, shown},
    {"__stack_depot_save", SiteClass::debug, shown},
    {"stack_depot_save*", SiteClass::debug, shown},
    {"depot_*", SiteClass::debug, shown},
    {"kmemleak_alloc*", SiteClass::debug, shown},
    {"__create_object", SiteClass::debug, shown},
    {"fill_pool", SiteClass::debug, shown}, // debugobjects

    // Memory that the hypervisor has taken back: offline, and outside MemTotal with most drivers.
    // It is no leak, however long it grows.
    {"balloon_page_alloc", SiteClass::balloon},
    {"virtio_mem_*", SiteClass::balloon, shown, "virtio_mem"},
    {"virtballoon_*", SiteClass::balloon, shown, "virtio_balloon"},
    {"fill_balloon", SiteClass::balloon, shown, "virtio_balloon"},
    {"get_free_page_and_send", SiteClass::balloon, shown, "virtio_balloon"},
    {"vmballoon_*", SiteClass::balloon, shown, "vmw_balloon"},
    {"alloc_balloon_pages", SiteClass::balloon, shown, "hv_balloon"},
    {"balloon_up", SiteClass::balloon, shown, "hv_balloon"},
    {"decrease_reservation", SiteClass::balloon, shown}, // Xen

    // Slab (mm/slub.c, mm/slab_common.c). Large kmalloc is counted in Slab too.
    {"allocate_slab", SiteClass::slab},
    {"new_slab", SiteClass::slab},
    {"alloc_slab_page", SiteClass::slab},
    {"get_partial*", SiteClass::slab},
    {"refill_objects", SiteClass::slab}, // sheaves, since 6.18
    {"__refill_objects*", SiteClass::slab},
    {"refill_sheaf", SiteClass::slab},
    {"__pcs_replace_empty_main", SiteClass::slab},
    {"__pcs_replace_full_main", SiteClass::slab},
    {"alloc_from_pcs*", SiteClass::slab},
    {"alloc_full_sheaf", SiteClass::slab},
    {"alloc_single_from_new_slab", SiteClass::slab},
    {"alloc_slab_obj_exts", SiteClass::slab},
    {"memcg_alloc_slab_cgroups", SiteClass::slab},
    {"memcg_alloc_page_obj_cgroups", SiteClass::slab},
    {"__alloc_tagging_slab_alloc_hook", SiteClass::slab},
    {"___slab_alloc", SiteClass::slab},
    {"__slab_alloc*", SiteClass::slab},
    {"slab_alloc*", SiteClass::slab},
    {"cache_grow*", SiteClass::slab},
    {"cache_alloc*", SiteClass::slab},
    {"____cache_alloc*", SiteClass::slab},
    {"kmem_getpages", SiteClass::slab},
    {"kmem_cache_alloc*", SiteClass::slab},
    {"__kmem_cache_alloc*", SiteClass::slab},
    {"kmem_cache_create*", SiteClass::slab},
    {"kmalloc*", SiteClass::slab},
    {"__kmalloc*", SiteClass::slab},
    {"___kmalloc*", SiteClass::slab},
    {"__do_kmalloc_node", SiteClass::slab},
    {"kzalloc*", SiteClass::slab},
    {"kcalloc*", SiteClass::slab},
    {"krealloc*", SiteClass::slab},
    {"__krealloc*", SiteClass::slab},
    {"__do_krealloc", SiteClass::slab},
    {"kmemdup*", SiteClass::slab},
    {"kstrdup*", SiteClass::slab},
    {"kvasprintf*", SiteClass::slab},
    {"kasprintf", SiteClass::slab},

    // Page tables come before vmalloc, because vmalloc allocates some for itself.
    {"pte_alloc_one*", SiteClass::page_table},
    {"__pte_alloc*", SiteClass::page_table},
    {"pmd_alloc_one*", SiteClass::page_table},
    {"__pmd_alloc*", SiteClass::page_table},
    {"pud_alloc_one*", SiteClass::page_table},
    {"__pud_alloc*", SiteClass::page_table},
    {"__p4d_alloc*", SiteClass::page_table},
    {"p4d_alloc_one*", SiteClass::page_table},
    {"pgd_alloc", SiteClass::page_table},
    {"_pgd_alloc", SiteClass::page_table},
    {"__pgd_alloc", SiteClass::page_table},
    {"pagetable_alloc*", SiteClass::page_table},
    {"preallocate_pmds", SiteClass::page_table},
    {"vmap_pages_*", SiteClass::page_table},
    {"vmap_range*", SiteClass::page_table},
    {"vmap_p4d_range", SiteClass::page_table},
    {"vmap_pud_range", SiteClass::page_table},
    {"vmap_pmd_range", SiteClass::page_table},
    {"vmap_pte_range", SiteClass::page_table},
    {"vmap_page_range*", SiteClass::page_table},
    {"vmap_small_pages_range*", SiteClass::page_table},
    {"__vmap_pages_range*", SiteClass::page_table},
    {"map_kernel_range*", SiteClass::page_table}, // before 5.13
    {"ioremap_page_range", SiteClass::page_table},
    {"__apply_to_page_range", SiteClass::page_table},
    {"apply_to_page_range", SiteClass::page_table},
    {"spp_getpage", SiteClass::page_table},
    {"alloc_low_pages", SiteClass::page_table},
    {"split_large_page", SiteClass::page_table},
    {"__split_large_page", SiteClass::page_table},
    {"iommu_alloc_page*", SiteClass::page_table}, // in SecPageTables since 6.11
    {"__kvm_mmu_topup_memory_cache", SiteClass::page_table, true, "kvm"},
    {"kvm_mmu_topup_memory_cache", SiteClass::page_table, true, "kvm"},
    {"mmu_memory_cache_alloc_obj", SiteClass::page_table, true, "kvm"},
    {"mmu_topup_memory_caches", SiteClass::page_table, true, "kvm"},

    // vmalloc (mm/vmalloc.c) and modules' own memory, which is vmalloc memory.
    {"vm_area_alloc_pages", SiteClass::vmalloc},
    {"__vmalloc*", SiteClass::vmalloc},
    {"vmalloc*", SiteClass::vmalloc},
    {"vzalloc*", SiteClass::vmalloc},
    {"__vcalloc", SiteClass::vmalloc},
    {"__vmalloc_array", SiteClass::vmalloc},
    {"vcalloc", SiteClass::vmalloc},
    {"vrealloc*", SiteClass::vmalloc},
    {"module_alloc", SiteClass::vmalloc},
    {"execmem_alloc*", SiteClass::vmalloc}, // since 6.10
    {"execmem_vmalloc", SiteClass::vmalloc},
    {"execmem_cache_*", SiteClass::vmalloc},
    {"bpf_jit_alloc_exec", SiteClass::vmalloc},

    // Per-CPU memory (mm/percpu.c, mm/percpu-vm.c).
    {"pcpu_*", SiteClass::percpu},
    {"__alloc_percpu*", SiteClass::percpu},
    {"__alloc_reserved_percpu", SiteClass::percpu},

    // Kernel stacks (kernel/fork.c). They are vmalloc memory, but the caller of vmalloc decides;
    // see scan_frames().
    {"alloc_thread_stack_node", SiteClass::kernel_stack},
    {"dup_task_struct", SiteClass::kernel_stack},
    {"copy_process", SiteClass::kernel_stack, shown},

    // Page cache (mm/filemap.c, mm/readahead.c, fs/buffer.c).
    {"filemap_alloc_folio*", SiteClass::page_cache},
    {"__filemap_get_folio*", SiteClass::page_cache},
    {"filemap_create_folio", SiteClass::page_cache},
    {"pagecache_get_page", SiteClass::page_cache},
    {"grab_cache_page_write_begin", SiteClass::page_cache},
    {"__page_cache_alloc", SiteClass::page_cache},
    {"page_cache_ra_*", SiteClass::page_cache},
    {"page_cache_sync_ra", SiteClass::page_cache},
    {"page_cache_async_ra", SiteClass::page_cache},
    {"ra_alloc_folio", SiteClass::page_cache},
    {"readahead_expand", SiteClass::page_cache},
    {"__do_page_cache_readahead", SiteClass::page_cache},
    {"force_page_cache_*", SiteClass::page_cache},
    {"do_read_cache_*", SiteClass::page_cache},
    {"read_cache_*", SiteClass::page_cache},
    {"grow_dev_page", SiteClass::page_cache},
    {"grow_dev_folio", SiteClass::page_cache},
    {"grow_buffers", SiteClass::page_cache},
    {"bdev_getblk", SiteClass::page_cache},
    {"__getblk*", SiteClass::page_cache},
    {"__bread*", SiteClass::page_cache},
    // btrfs keeps metadata in pages of its own inode's cache, but allocates them itself.
    {"btrfs_alloc_page_array", says_nothing, true, "btrfs"},
    {"btrfs_alloc_folio_array", says_nothing, true, "btrfs"},
    {"alloc_eb_folio_array", SiteClass::page_cache, true, "btrfs"},
    {"alloc_extent_buffer", SiteClass::page_cache, shown, "btrfs"},

    // Memory of processes: anonymous, shared, huge, swapped in, migrated.
    {"alloc_pages_vma", SiteClass::user}, // before 5.18
    {"alloc_page_vma", SiteClass::user},
    {"vma_alloc_folio*", SiteClass::user},
    {"vma_alloc_anon_folio*", SiteClass::user},
    {"vma_alloc_zeroed_movable_folio", SiteClass::user},
    {"folio_prealloc", SiteClass::user},
    {"alloc_anon_folio", SiteClass::user},
    {"alloc_swap_folio", SiteClass::user},
    {"shmem_alloc*", SiteClass::user},
    {"shmem_get_folio*", SiteClass::user, shown},
    {"shmem_getpage_gfp", SiteClass::user, shown},
    {"__read_swap_cache_async", SiteClass::user},
    {"swap_cache_alloc_folio", SiteClass::user},
    {"do_anonymous_page", SiteClass::user, shown},
    {"do_huge_pmd_anonymous_page", SiteClass::user, shown},
    {"do_swap_page", SiteClass::user, shown},
    {"wp_page_copy", SiteClass::user, shown},
    {"do_cow_fault", SiteClass::user, shown},
    {"alloc_charge_hpage", SiteClass::user},
    {"alloc_charge_folio", SiteClass::user},
    {"khugepaged_alloc_page", SiteClass::user},
    {"collapse_huge_page", SiteClass::user, shown},
    {"alloc_buddy_huge*", SiteClass::user},
    {"__alloc_buddy_huge*", SiteClass::user},
    {"alloc_buddy_hugetlb*", SiteClass::user},
    {"alloc_fresh_huge*", SiteClass::user},
    {"alloc_surplus_huge*", SiteClass::user},
    {"alloc_pool_huge*", SiteClass::user},
    {"alloc_gigantic_*", SiteClass::user},
    {"only_alloc_fresh_hugetlb_folio", SiteClass::user},
    {"alloc_migration_target*", SiteClass::user},
    {"alloc_misplaced_dst_*", SiteClass::user},
    {"alloc_migrate_folio", SiteClass::user},
    {"migrate_pages*", SiteClass::user, shown},
    {"compaction_alloc*", SiteClass::user},
});

constexpr std::array tracing = std::to_array<std::string_view>({
    "__traceiter_*",
    "__do_trace_*",
    "trace_event_*",
    "stack_trace_save*",
    "ftrace_*",
    "__ftrace_*",
    "arch_ftrace_*",
    "kprobe_*",
    "opt_pre_handler",
    "optimized_callback",
    "pre_handler_kretprobe",
    "aggr_pre_handler",
    "kretprobe_*",
    "__kretprobe_*",
    "trampoline_handler",
    "rethook_*",
    "arch_rethook_*",
    "fprobe_*",
    "fgraph_*",
    "function_graph_*",
    "return_to_handler",
    "exc_int3",
    "asm_exc_int3",
    "do_int3",
});

bool matches(std::string_view pattern, std::string_view name) {
    if (!pattern.ends_with('*'))
        return pattern == name;
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

// A rule applies to the kernel image, and to the module that it names.
bool may_live_in(const FrameRule& rule, std::string_view module) {
    return module.empty() || module == rule.module;
}

struct RuleIndex {
    std::unordered_map<std::string_view, const FrameRule*> exact;
    std::vector<const FrameRule*> prefixes;

    RuleIndex() {
        for (const FrameRule& rule : rules) {
            if (rule.pattern.ends_with('*'))
                prefixes.push_back(&rule);
            else
                exact.emplace(rule.pattern, &rule);
        }
    }
};

} // namespace

std::string_view base_name(std::string_view symbol) {
    // The name of a C function has no dot; a dot begins a suffix that the compiler added (.isra.0,
    // .part.1, .constprop.0, .cold, .llvm.123).
    if (const size_t dot = symbol.find('.'); dot != std::string_view::npos && dot != 0)
        symbol = symbol.substr(0, dot);
    if (symbol.ends_with("_noprof")) // allocation profiling, since 6.10
        symbol.remove_suffix(std::string_view("_noprof").size());
    return symbol;
}

const FrameRule* find_rule(const Frame& frame) {
    static const RuleIndex index;

    const std::string_view name = base_name(frame.symbol);
    if (const auto at = index.exact.find(name);
        at != index.exact.end() && may_live_in(*at->second, frame.module))
        return at->second;
    for (const FrameRule* rule : index.prefixes) {
        if (matches(rule->pattern, name) && may_live_in(*rule, frame.module))
            return rule;
    }
    return nullptr;
}

bool is_tracing_frame(const Frame& frame) {
    if (!frame.module.empty())
        return false;
    // An ftrace trampoline is generated code, without a symbol or a module.
    if (frame.symbol.empty())
        return true;
    const std::string_view name = base_name(frame.symbol);
    for (const std::string_view pattern : tracing) {
        if (matches(pattern, name))
            return true;
    }
    return false;
}

} // namespace ghostmem
