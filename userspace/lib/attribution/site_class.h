// What a site's pages are used for, determined from its innermost frames.
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
    direct,       ///< in no line of /proc/meminfo: a ghost
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
    other,        ///< not known: the (other) site, or no stack could be read
    skb,          ///< no pages, but sk_buffs: their memory is in sites of other classes as well
};

/// All classes of pages, in the order above.
const std::vector<SiteClass>& all_classes();

std::string_view name_of(SiteClass cls);
std::optional<SiteClass> parse_class(std::string_view name);

using ClassSet = std::set<SiteClass>;

/// Memory that a driver allocates itself and can leak. Slab and page-table pages that its calls
/// happened to allocate are shared.
const ClassSet& driver_classes();

struct ClassParse {
    ClassSet classes;
    std::string problem; ///< empty, or one line that names the offending word
};

/// Parses "direct,slab", "all", or "skb", which cannot be combined with other classes.
ClassParse parse_classes(std::string_view list);

struct FrameScan {
    SiteClass cls = SiteClass::direct;
    /// Index of the frame to show: the first that belongs neither to tracing nor to an allocator,
    /// or the last one if there is none. 0 for an empty stack.
    size_t shown_from = 0;
};

/// Looks only at the tracing and allocator frames and at the first other one.
FrameScan scan_frames(const std::vector<Frame>& frames);

/// Like scan_frames(), but also handles sites that cannot be classified by their stack.
FrameScan scan_site(const Site& site);

} // namespace ghostmem
