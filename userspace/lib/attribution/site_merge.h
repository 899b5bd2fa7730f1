// One row for several sites: those of a function, or those of a module.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lib/attribution/site_view.h"

namespace ghostmem {

enum class GroupBy {
    stack,    ///< each stack and size of block for itself
    function, ///< all stacks and sizes of a function, of a module and of a class
    module,   ///< all functions of a module, by class
};

std::string_view name_of(GroupBy by);
std::optional<GroupBy> parse_group(std::string_view name);

/// Returns one view for each group, in the order in which their first members come. Counts, errors,
/// rates and growth are sums, the age is the greatest. The stack and the id are those of the member
/// that holds most; `ids` has all. An order that differs, or an offset within the function, is
/// left out. Of a module that was loaded several times, what is left of all loads is one group.
std::vector<SiteView> merge_sites(const std::vector<SiteView>& views, GroupBy by);

} // namespace ghostmem
