// The progress bars of commands that wait: `leakctl trace`, `leakctl holders`, and `leakctl sites
// --sort rate`.
#pragma once

#include <ostream>

#include "lib/findings/trace_window.h"
#include "lib/model/search.h"

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

/// Likewise for a search, with its phase.
class SearchProgress {
  public:
    SearchProgress(std::ostream& out, bool enabled) : out_(out), enabled_(enabled) {}
    ~SearchProgress();
    SearchProgress(const SearchProgress&) = delete;
    SearchProgress& operator=(const SearchProgress&) = delete;

    void show(const SearchState& state);
    void clear();

  private:
    std::ostream& out_;
    bool enabled_;
    bool drawn_ = false;
};

} // namespace ghostmem::output
