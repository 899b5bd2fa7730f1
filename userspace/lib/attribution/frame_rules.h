// Rules for the functions between a caller and its pages. To support another kernel, extend their
// table.
#pragma once

#include <optional>
#include <string_view>

#include "lib/attribution/site_class.h"
#include "lib/model/frame.h"

namespace ghostmem {

/// The name of the module that records the stacks.
inline constexpr std::string_view tracer_module = "ghostmem";

struct FrameRule {
    std::string_view pattern; ///< a function name; a '*' at its end matches any rest
    /// The class of pages that this function allocates; nullopt: it does not decide the class.
    std::optional<SiteClass> cls;
    /// Whether the function is the allocator's own and is skipped when the frame to show is chosen.
    /// A function that is not hidden ends the scan and is shown.
    bool hidden = true;
    std::string_view module = {}; ///< where it may be besides the kernel image
};

/// "kmalloc_noprof", "new_slab.isra.0" -> "kmalloc", "new_slab".
std::string_view base_name(std::string_view symbol);

/// Returns nullptr for a frame that does not belong to an allocator.
const FrameRule* find_rule(const Frame& frame);

/// Whether it is a frame of tracepoints, kprobes or ftrace, between our hook and the allocator.
bool is_tracing_frame(const Frame& frame);

} // namespace ghostmem
