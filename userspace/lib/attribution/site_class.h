// What a site's pages became, told from its innermost frames.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/site.h"

namespace ghostmem {

enum class SiteClass {
    direct,       ///< nobody's line in /proc/meminfo: a ghost
    slab,         ///< Slab, large kmalloc included
    vmalloc,      ///< VmallocUsed
    percpu,       ///< Percpu
    page_table,   ///< PageTables, SecPageTables and the kernel's own tables
    kernel_stack, ///< KernelStack
    page_cache,   ///< Cached, Buffers
    user,         ///< anonymous, shared and huge pages of processes
    tracer,       ///< ghostmem's own memory
    debug,        ///< kept by the kernel's debugging: KASAN, stack depot, kmemleak, page_owner
    balloon,      ///< taken away by the hypervisor: a balloon, virtio-mem
    other,        ///< not told: the (other) site, or no stack could be read
    skb,          ///< no pages, but sk_buffs: their memory is in sites of other classes as well
};

/// All classes of pages, in the order above.
const std::vector<SiteClass>& all_classes();

std::string_view name_of(SiteClass cls);
std::optional<SiteClass> parse_class(std::string_view name);

using ClassSet = std::set<SiteClass>;

/// What a driver itself takes, and can lose. Slab and page-table pages that its calls
/// happened to bring in are shared property.
const ClassSet& driver_classes();

struct ClassParse {
    ClassSet classes;
    std::string problem; ///< empty, or one line that names the offending word
};

/// "direct,slab", "all", or "skb", which stands alone.
ClassParse parse_classes(std::string_view list);

struct FrameScan {
    SiteClass cls = SiteClass::direct;
    /// Index of the first frame that is neither tracing nor allocator: the one to
    /// show. A stack of nothing else shows its last. 0 for an empty stack.
    size_t shown_from = 0;
};

/// Only tracing and allocator frames, and the first other one, decide.
FrameScan scan_frames(const std::vector<Frame>& frames);

/// As scan_frames, but knows the flags of sites that no stack can classify.
FrameScan scan_site(const Site& site);

} // namespace ghostmem
