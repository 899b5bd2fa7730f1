// The real clock.
#pragma once

#include <csignal>

#include "lib/model/clock.h"

namespace ghostmem {

class SystemClock : public Clock {
  public:
    std::chrono::milliseconds now() override;
    bool sleep(std::chrono::milliseconds duration) override;
};

/// A clock whose sleeps are ended early by SIGINT and SIGTERM. Both are blocked from construction
/// until the first one is taken, so that none is lost between two sleeps; the second one then ends
/// the process as usual.
class InterruptibleClock : public SystemClock {
  public:
    InterruptibleClock();
    ~InterruptibleClock() override;
    InterruptibleClock(const InterruptibleClock&) = delete;
    InterruptibleClock& operator=(const InterruptibleClock&) = delete;

    bool sleep(std::chrono::milliseconds duration) override;

  private:
    sigset_t waited_for_;
    sigset_t before_;
    bool interrupted_ = false;
};

} // namespace ghostmem
