#include "lib/host/system_clock.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <thread>

namespace ghostmem {

using std::chrono::milliseconds;

milliseconds SystemClock::now() {
    return std::chrono::duration_cast<milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

bool SystemClock::sleep(milliseconds duration) {
    std::this_thread::sleep_for(duration);
    return true;
}

InterruptibleClock::InterruptibleClock() {
    sigemptyset(&waited_for_);
    sigaddset(&waited_for_, SIGINT);
    sigaddset(&waited_for_, SIGTERM);
    sigprocmask(SIG_BLOCK, &waited_for_, &before_);
}

InterruptibleClock::~InterruptibleClock() {
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool InterruptibleClock::sleep(milliseconds duration) {
    if (interrupted_)
        return false;
    const milliseconds end = now() + duration;
    for (;;) {
        const milliseconds left = std::max(end - now(), milliseconds{0});
        timespec wait{};
        wait.tv_sec = static_cast<time_t>(left.count() / 1000);
        wait.tv_nsec = static_cast<long>(left.count() % 1000) * 1'000'000;
        if (sigtimedwait(&waited_for_, nullptr, &wait) > 0) {
            interrupted_ = true;
            sigprocmask(SIG_SETMASK, &before_, nullptr);
            return false;
        }
        // EINTR is some other signal (a stop and continue, for example): continue to sleep.
        if (errno != EINTR)
            return true;
    }
}

} // namespace ghostmem
