#include "lib/host/own_cost.h"

#include <sys/resource.h>

namespace ghostmem {

OwnCost OwnCost::now() {
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return {};
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {seconds(usage.ru_utime) + seconds(usage.ru_stime),
            static_cast<uint64_t>(usage.ru_maxrss) * 1024};
}

} // namespace ghostmem
