// What a listing of sites does not show by itself.
#pragma once

#include <string>
#include <vector>

#include "lib/attribution/site_query.h"

namespace ghostmem {

/// Returns sentences without full stop about what the options leave out of `all`: the module that
/// is asked for has no site, and perhaps another one was meant; the table of sites was full, and
/// what it holds without a name is of another class.
std::vector<std::string> site_notes(const std::vector<SiteView>& all, const ListOptions& options);

/// Whether the ids of all these sites are those that docs/json.md promises.
bool ids_are_stable(const std::vector<SiteView>& views);

} // namespace ghostmem
