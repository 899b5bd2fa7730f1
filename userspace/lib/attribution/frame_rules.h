// Which functions stand between a caller and its pages. The table is the place to
// teach leakctl about a kernel.
#pragma once

#include <optional>
#include <string_view>

#include "lib/attribution/site_class.h"
#include "lib/model/frame.h"

namespace ghostmem {

/// The name of the module whose hooks and tables these are.
inline constexpr std::string_view tracer_module = "ghostmem";

struct FrameRule {
    std::string_view pattern; ///< a function name; a '*' at its end matches any rest
    /// What pages that came through here are; nullopt: this frame does not say.
    std::optional<SiteClass> cls;
    /// Whether it is the allocator's own, to be skipped when choosing what to show.
    /// One that is not ends the scan and is shown.
    bool hidden = true;
    std::string_view module = {}; ///< where it may live besides the kernel image
};

/// "kmalloc_noprof", "new_slab.isra.0" -> "kmalloc", "new_slab".
std::string_view base_name(std::string_view symbol);

/// nullptr for a frame that is no allocator's.
const FrameRule* find_rule(const Frame& frame);

/// Frames of tracepoints, kprobes and ftrace, between our hook and the allocator.
bool is_tracing_frame(const Frame& frame);

} // namespace ghostmem
