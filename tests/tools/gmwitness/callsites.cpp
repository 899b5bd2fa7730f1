#include "gmwitness/callsites.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "gmwitness/account.h"
#include "gmwitness/allocinfo.h"
#include "gmwitness/frame_key.h"

namespace gmwitness {
namespace {

constexpr const char* account_path = "/proc/allocinfo";
constexpr int64_t page_bytes = 4096;

// Functions as they appear in stacks, and the function with the call site that is inlined in them.
const std::map<std::string, std::string> inlined = {
    {"__change_page_attr_set_clr", "split_large_page"},
    {"__page_frag_alloc_align", "__page_frag_cache_refill"},
    {"allocate_slab", "alloc_slab_page"},
    {"blk_mq_alloc_map_and_rqs", "blk_mq_alloc_rqs"},
    {"copy_process", "alloc_thread_stack_node"},
    {"disksize_store", "zram_meta_alloc"},
    {"e1000_setup_all_rx_resources", "e1000_setup_rx_resources"},
    {"e1000_setup_all_tx_resources", "e1000_setup_tx_resources"},
    {"execmem_alloc", "__execmem_alloc"},
    {"ftrace_process_locs", "ftrace_allocate_records"},
    {"gmlab_take_bulk", "gm_alloc_bulk"},
    {"napi_alloc_skb", "page_frag_alloc_1k"},
    {"pcpu_populate_chunk", "pcpu_alloc_pages"},
    {"pgd_alloc", "_pgd_alloc"},
    {"zcomp_cpu_up_prepare", "zcomp_strm_init"},
    {"zs_malloc", "alloc_zspage"},
};

// Functions that allocate pages of processes and of the page cache, which ghostmem filters out.
const std::set<std::string> users = {
    "__filemap_get_folio",     "alloc_buddy_hugetlb_folio", "filemap_alloc_folio", "folio_prealloc",
    "page_cache_ra_unbounded", "readahead_expand",          "shmem_alloc_folio",
};

// Functions that allocate slab objects of a page or more: the pages belong to alloc_slab_page.
const std::set<std::string> large_objects = {
    "__addrconf_sysctl_register",
    "__zs_cpu_up",
    "alloc_task_struct_node",
    "ext4_alloc_sbi",
    "ipv4_mib_init_net",
    "ipv4_sysctl_init_net",
    "ipv6_init_mibs",
    "jbd2_journal_init_revoke_table",
    "mb_cache_create",
    "pfifo_fast_init",
    "seq_buf_alloc", // the buffer that allocinfo itself is printed into
    "snmp6_alloc_dev",
    "unix_net_init",
    "zs_create_pool",
};

struct Tally {
    int64_t bytes = 0; // as reported by allocation profiling
    int64_t calls = 0;
    int64_t before = 0; // as reported by ghostmem, in pages
    int64_t after = 0;
    int64_t mapped = 0; // part of `after` that is in vmalloc areas

    // The upper and lower bound of the pages among the bytes. The array of page pointers of a
    // vmalloc area is charged to the same caller, but comes from slab if it is small: one pointer
    // per page, and less than that again for rounding up.
    [[nodiscard]] int64_t most() const { return bytes / page_bytes; }
    [[nodiscard]] int64_t least() const {
        constexpr int64_t array_bytes_a_page = 16;
        return (bytes - array_bytes_a_page * mapped + page_bytes - 1) / page_bytes;
    }

    // The minimum number of pages that only profiling has, and that only ghostmem has. The latter
    // may have been allocated between the starts of the two.
    [[nodiscard]] int64_t missed() const {
        return std::max(int64_t{0}, least() - std::max(before, after));
    }
    [[nodiscard]] int64_t early() const {
        return std::max(int64_t{0}, std::min(before, after) - most());
    }
};

using Tallies = std::map<std::string, Tally>;

// Filters out call sites of slab objects, whose pages belong to slab.
bool takes_pages(const CallSite& site) {
    return site.bytes_a_call() >= page_bytes && !users.contains(site.function) &&
           !large_objects.contains(site.function);
}

bool is_users(const Site& site) {
    return site.cls == "user" || site.cls == "page_cache";
}

class Comparison {
  public:
    explicit Comparison(const Account& account) {
        const auto call_sites = parse_allocinfo(account.kernel);
        for (const CallSite& site : call_sites)
            functions_.insert(site.function);
        for (const Site& site : account.sites) {
            if (!is_users(site) && !is_the_dump(site))
                add(site);
        }
        for (const CallSite& site : call_sites) {
            if (takes_pages(site) || is_mapped(site))
                add(site);
        }
    }

    [[nodiscard]] const Tallies& tallies() const { return tallies_; }

  private:
    std::set<std::string> functions_;
    Tallies tallies_;

    // A vmalloc area has a small array and its pages, so the mean size may be less than a page.
    [[nodiscard]] bool is_mapped(const CallSite& site) const {
        const auto tally = tallies_.find(site.function);
        return tally != tallies_.end() && tally->second.mapped != 0 &&
               site.bytes_a_call() >= page_bytes / 2;
    }

    void add(const CallSite& site) {
        Tally& tally = tallies_[site.function];
        tally.bytes += site.bytes;
        tally.calls += site.calls;
    }

    void add(const Site& site) {
        Tally& tally = tallies_[function_that_took(site)];
        tally.before += site.before;
        tally.after += site.after;
        if (site.cls == "vmalloc" || site.cls == "kernel_stack")
            tally.mapped += site.after;
    }

    // Returns the innermost function that has a call site.
    [[nodiscard]] std::string function_that_took(const Site& site) const {
        for (const std::string& frame : site.frames) {
            const std::string function = function_of(frame);
            if (const auto found = inlined.find(function); found != inlined.end())
                return found->second;
            if (functions_.contains(function))
                return function;
        }
        return "(no call site)";
    }
};

struct Sum {
    int64_t functions = 0;
    int64_t pages = 0;
    int64_t differ = 0;
    int64_t early = 0;
    int64_t unsure = 0;
    int64_t restless = 0;
};

Sum sum_of(const Tallies& tallies) {
    Sum sum;
    for (const auto& [function, tally] : tallies) {
        sum.functions += tally.bytes + tally.after != 0;
        sum.pages += tally.after;
        sum.differ += tally.missed();
        sum.early += tally.early();
        sum.unsure += std::max<int64_t>(0, tally.most() - tally.least());
        sum.restless += std::abs(tally.after - tally.before);
    }
    return sum;
}

} // namespace

int compare_call_sites(int64_t began) {
    const Account account = take_account(account_path, [](const std::string&) { return true; });
    const Comparison comparison(account);
    const Sum sum = sum_of(comparison.tallies());
    std::cout << sum.functions << " call sites, " << sum.pages << " pages, " << sum.differ
              << " differ; " << sum.early << " of " << began << " taken before profiling began, "
              << sum.unsure << " perhaps arrays of pages, " << sum.restless
              << " came or went meanwhile\n";
    for (const auto& [function, tally] : comparison.tallies()) {
        if (tally.missed() + tally.early() != 0)
            std::cout << "  " << function << ": profiling has " << tally.bytes << " bytes in "
                      << tally.calls << " calls, ghostmem had " << tally.before << " pages, then "
                      << tally.after << "\n";
    }
    // Only pages that ghostmem had recorded before profiling began may be missing from profiling;
    // all of them may still be live.
    const bool agree = sum.differ == 0 && sum.early <= began;
    return agree && sum.unsure + sum.restless <= quiet_pages ? 0 : 1;
}

} // namespace gmwitness
