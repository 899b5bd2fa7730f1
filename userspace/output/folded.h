// Folded stacks, one line per stack: "outermost;...;innermost bytes", for flame graphs.
#pragma once

#include <ostream>
#include <string>

#include "lib/attribution/estimate.h"
#include "lib/attribution/site_query.h"

namespace ghostmem::output {

/// Prints stacks without the allocator's frames. A frame is its symbol without the offset,
/// followed by its module as symbol_[module]. Sites whose stacks are then equal are summed up
/// in one line. Lines are sorted.
class FoldedOutput {
  public:
    explicit FoldedOutput(std::ostream& out) : out_(out) {}
    /// When sites are sampled, each stack gets a root frame that names the sampling interval.
    void sites(const SiteSelection& selection, const Sampling& sampling);

  private:
    std::ostream& out_;
};

} // namespace ghostmem::output
