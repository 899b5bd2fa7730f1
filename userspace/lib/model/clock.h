// Time as commands see it; tests put a fake behind it.
#pragma once

#include <chrono>

namespace ghostmem {

class Clock {
  public:
    virtual ~Clock() = default;

    /// Monotonic; its origin means nothing.
    virtual std::chrono::milliseconds now() = 0;

    /// False when the person at the keyboard asked to stop before the time was up.
    virtual bool sleep(std::chrono::milliseconds duration) = 0;
};

} // namespace ghostmem
