#include "output/text/site_cells.h"

#include <cmath>

#include "lib/base/saturate.h"
#include "lib/base/units.h"

namespace ghostmem::output::text {

std::vector<std::string> stack_lines(const SiteView& view) {
    std::vector<std::string> lines;
    const std::vector<Frame>& frames = view.site.frames;
    for (size_t i = view.shown_from; i < frames.size(); ++i)
        lines.push_back("        " + describe(frames[i]));
    if ((view.site.flags & GHOSTMEM_SITE_F_CUT) != 0)
        lines.emplace_back("        ...");
    if ((view.site.flags & GHOSTMEM_SITE_F_NO_CALLER) != 0)
        lines.emplace_back("        (no caller)");
    else if (frames.empty())
        lines.emplace_back("        (no stack)");
    lines.emplace_back();
    return lines;
}

std::string live_bytes_cell(const SiteView& view) {
    return format_bytes(view.live_bytes);
}

std::string function_cell(const SiteView& view) {
    return view.function;
}

std::string stacks_cell(const SiteView& view) {
    return std::to_string(view.stacks());
}

std::string class_cell(const SiteView& view) {
    return std::string(name_of(view.cls));
}

std::string margin_cell(const SiteView& view) {
    if (!view.margin_bytes)
        return "";
    // Nothing holds less than nothing.
    return *view.margin_bytes <= view.subject_bytes()
               ? format_bytes(*view.margin_bytes)
               : "to " + format_bytes(add(view.subject_bytes(), *view.margin_bytes));
}

// Growth is shown per minute: a slow leak allocates only a page now and then, and the figure of a
// fast leak is still readable.
std::string growth_cell(const SiteView& view) {
    if (view.growth.empty())
        return "-";
    const auto bytes = static_cast<int64_t>(std::llround(view.growth.back().bytes_per_s * 60));
    return (bytes == 0 ? "0 B" : format_signed_bytes(bytes)) + "/min";
}

std::string module_cell(const SiteView& view) {
    if (view.module.empty())
        return "-";
    return view.module_state == CodeState::unloaded ? view.module + " (unloaded)" : view.module;
}

std::string age_cell(const SiteView& view) {
    if (!view.site.oldest_s)
        return "-";
    const bool at_least = (view.site.flags & GHOSTMEM_SITE_F_OLDEST_MIN) != 0;
    return (at_least ? ">" : "") + format_age(*view.site.oldest_s);
}

} // namespace ghostmem::output::text
