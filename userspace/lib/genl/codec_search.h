// The search for holders in the module's messages: a part of the codec.
#pragma once

#include "lib/model/search.h"

struct nlattr;

namespace ghostmem {

SearchState decode_search(nlattr* nest);

/// Decodes all of the result but its rows, which have messages of their own.
SearchResult decode_result(nlattr* nest);

HolderRow decode_holder(nlattr* nest);
StrayAreas decode_stray(nlattr* nest);

} // namespace ghostmem
