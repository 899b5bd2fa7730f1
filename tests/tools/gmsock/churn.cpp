// Creates, passes on and closes sockets of all families, with namespaces and processes.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sys/mman.h>
#include <sys/wait.h>
#include <vector>

#include "gmsock/churn_steps.h"
#include "gmsock/limits.h"
#include "gmsock/ready.h"
#include "gmsock/scenarios.h"

namespace gmsock {
namespace {

using Clock = std::chrono::steady_clock;

struct Count {
    uint64_t done = 0;
    uint64_t failed = 0;
};

void work(uint64_t seed, Clock::time_point end, Count& count) {
    Bench bench(seed);
    while (Clock::now() < end) {
        try {
            bench.step();
            count.done++;
        } catch (const std::exception&) {
            count.failed++;
        }
    }
}

} // namespace

// Runs for SECONDS. Prints how many steps there were, and how many of them failed.
int churn(Arguments arguments) {
    const uint64_t seed = arguments.option("seed", 1);
    const auto end = Clock::now() + std::chrono::seconds(arguments.number("SECONDS"));
    const uint64_t processes = arguments.number("PROCESSES");
    arguments.end();
    allow_descriptors(4096);
    void* const shared = mmap(nullptr, processes * sizeof(Count), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        checked(-1, "mmap");
    auto* const counts = static_cast<Count*>(shared);
    std::vector<int> workers;
    for (uint64_t n = 0; n < processes; n++) {
        const int pid = fork_with_parent();
        if (pid == 0) {
            work(seed + n, end, counts[n]);
            std::_Exit(0);
        }
        workers.push_back(pid);
    }
    int status = 0;
    Count sum;
    for (uint64_t n = 0; n < processes; n++) {
        int ended = 0;
        checked(waitpid(workers[n], &ended, 0), "waitpid");
        status |= ended;
        sum.done += counts[n].done;
        sum.failed += counts[n].failed;
    }
    std::cout << "steps " << sum.done << " failed " << sum.failed << std::endl;
    return status != 0;
}

} // namespace gmsock
