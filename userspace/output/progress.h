// A bar for somebody who waits.
#pragma once

#include <ostream>

#include "lib/findings/trace_window.h"

namespace ghostmem::output {

/// Draws over its own line, which is gone after clear() or with the bar.
class ProgressBar {
  public:
    ProgressBar(std::ostream& out, bool enabled) : out_(out), enabled_(enabled) {}
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(const TraceProgress& progress);
    void clear();

  private:
    std::ostream& out_;
    bool enabled_;
    bool drawn_ = false;
};

} // namespace ghostmem::output
