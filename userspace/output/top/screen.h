// The interface that `leakctl top` draws on; tests implement it with a fake.
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
    /// Waits for the next key. Returns TopKey::none when none was pressed within `patience`.
    virtual TopPress wait(std::chrono::milliseconds patience) = 0;
};

} // namespace ghostmem::output
