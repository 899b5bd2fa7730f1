// Stream output of `leakctl top`, for logs and for use without a terminal.
#pragma once

#include <ostream>

#include "lib/model/clock.h"
#include "output/top/screen.h"

namespace ghostmem::output {

/// Prints frames one below the other, and returns the key q after `frames` of them (0: never).
class BatchScreen : public Screen {
  public:
    BatchScreen(std::ostream& out, Clock& clock, size_t frames)
        : out_(out), clock_(clock), frames_(frames) {}

    size_t width() override { return 120; }
    size_t height() override { return 40; }
    void draw(const std::vector<TopLine>& lines) override;
    TopPress wait(std::chrono::milliseconds patience) override;

  private:
    std::ostream& out_;
    Clock& clock_;
    size_t frames_;
    size_t drawn_ = 0;
};

} // namespace ghostmem::output
