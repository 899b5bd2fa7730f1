// Where `leakctl top` draws; tests put a fake behind it.
#pragma once

#include <chrono>
#include <vector>

#include "output/top/view.h"

namespace ghostmem::output {

class Screen {
  public:
    virtual ~Screen() = default;

    virtual size_t width() = 0;
    virtual size_t height() = 0;
    virtual void draw(const std::vector<TopLine>& lines) = 0;
    /// The next key; TopKey::none when there was none for so long.
    virtual TopPress wait(std::chrono::milliseconds patience) = 0;
};

} // namespace ghostmem::output
