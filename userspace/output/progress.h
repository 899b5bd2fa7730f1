// The progress bar of commands that wait: `leakctl trace`, and `leakctl sites --sort rate`.
#pragma once

#include <ostream>

#include "lib/findings/trace_window.h"

namespace ghostmem::output {

/// Redraws one line in place. clear() and the destructor erase that line.
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
