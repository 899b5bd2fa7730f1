// Runs the search for who refers to ghost memory, and waits for its result.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/model/search.h"

namespace ghostmem {

struct HoldersReport {
    SearchResult result;
    uint32_t page_size = 0;
    bool shrunk = false;      ///< free objects were returned to their slabs before the search
    bool interrupted = false; ///< the search was stopped
    uint64_t min_bytes = 0;   ///< smaller rows are not shown
};

/// Blocks until the search has ended; an interrupted sleep of the clock stops the search, and what
/// it has found by then is returned. Throws Error: refused if one is running already or if it
/// fails, inconsistent if it was stopped before it had found anything.
HoldersReport run_holder_search(ModuleSource& kernel, Clock& clock,
                                const std::function<void(const SearchState&)>& report);

} // namespace ghostmem
