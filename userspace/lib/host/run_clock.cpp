#include "lib/host/run_clock.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/host/task_details.h"

namespace ghostmem {

std::optional<uint64_t> SystemRunClock::now_ms(uint32_t cpu) {
    cpu_set_t before;
    cpu_set_t only;
    if (cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof(before), &before) != 0)
        return std::nullopt;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    if (sched_setaffinity(0, sizeof(only), &only) != 0)
        return std::nullopt;
    const auto now = read_last_ran(root_, static_cast<uint32_t>(getpid()),
                                   static_cast<uint32_t>(syscall(SYS_gettid)));
    sched_setaffinity(0, sizeof(before), &before);
    return now;
}

} // namespace ghostmem
