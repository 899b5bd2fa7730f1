#include "lib/attribution/site_notes.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "lib/base/suggest.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

// "gmlab_pci.ko", "gmlab_pci.ko.xz": somebody has the name of the file.
std::string without_suffix(const std::string& name) {
    return name.substr(0, name.find(".ko"));
}

std::string module_note(const std::vector<SiteView>& all, const std::string& module) {
    std::set<std::string> modules{std::string(kernel_itself)};
    for (const SiteView& view : all) {
        if (!view.module.empty())
            modules.insert(view.module);
    }
    if (modules.contains(module))
        return {};
    const std::string plain = without_suffix(module);
    const std::string meant =
        modules.contains(plain) ? plain : closest(plain, {modules.begin(), modules.end()});
    return fmt::format("no module named {} has a site{}", module,
                       meant.empty() ? "" : fmt::format("; did you mean {}?", meant));
}

std::string other_note(const std::vector<SiteView>& all) {
    uint64_t bytes = 0;
    uint64_t allocations = 0;
    for (const SiteView& view : all) {
        if (!view.is_overflow())
            continue;
        bytes += view.subject_bytes();
        allocations += view.site.allocs;
    }
    if (bytes == 0)
        return {};
    return fmt::format("not listed: {} of {} at (other), which have no name of their own because "
                       "the table of sites was full; see: leakctl sites --class other",
                       format_bytes(bytes), count_of(allocations, "allocation"));
}

} // namespace

std::vector<std::string> site_notes(const std::vector<SiteView>& all, const ListOptions& options) {
    std::vector<std::string> notes;
    if (options.module)
        notes.push_back(module_note(all, *options.module));
    if (!options.classes)
        notes.push_back(other_note(all));
    std::erase(notes, "");
    return notes;
}

bool ids_are_stable(const std::vector<SiteView>& views) {
    return std::ranges::all_of(views, [](const SiteView& view) { return view.site.code_known; });
}

} // namespace ghostmem
