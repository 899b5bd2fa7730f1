// What differs between two snapshots, as text.
#pragma once

#include <ostream>

#include "lib/snapshot/diff.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

/// A part of a comparison.
struct DiffPage {
    const SnapshotDiff& diff;
    size_t top; ///< rows of each table
};

void diff(std::ostream& out, const Style& style, const DiffPage& page);

} // namespace ghostmem::output::text
