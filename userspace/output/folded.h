// Folded stacks: "outermost;...;innermost bytes", a line a stack, for flame graphs.
#pragma once

#include <ostream>
#include <string>

#include "lib/attribution/estimate.h"
#include "lib/attribution/site_query.h"

namespace ghostmem::output {

/// Without the allocator's frames. Frames are symbols without offsets, modules follow
/// as symbol_[module]. Sites whose stacks then look alike are one line with their
/// sum. Lines are sorted.
class FoldedOutput {
  public:
    explicit FoldedOutput(std::ostream& out) : out_(out) {}
    /// Of samples, all stacks have a root that tells their interval.
    void sites(const SiteSelection& selection, const Sampling& sampling);

  private:
    std::ostream& out_;
};

} // namespace ghostmem::output
