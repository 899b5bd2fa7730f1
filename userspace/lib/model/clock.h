// The clock interface of the commands; tests use a fake clock.
#pragma once

#include <chrono>

namespace ghostmem {

class Clock {
  public:
    virtual ~Clock() = default;

    /// Monotonic, with an arbitrary origin.
    virtual std::chrono::milliseconds now() = 0;

    /// Returns false if the user asked to stop before the time was up.
    virtual bool sleep(std::chrono::milliseconds duration) = 0;
};

} // namespace ghostmem
