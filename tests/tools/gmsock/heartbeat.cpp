// A periodic thread on every processor, which measures how late it is run.
#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <sched.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

constexpr int experimental = 253; // the same as in many_skbs
constexpr long beat_ns = 1'000'000;

int64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

struct Pulse {
    std::atomic<int64_t> worst_ns{0};
    std::atomic<uint64_t> beats{0};
    std::atomic<bool> end{false};

    void note(int64_t late) {
        int64_t worst = worst_ns;
        while (late > worst && !worst_ns.compare_exchange_weak(worst, late))
            ;
        beats++;
    }
};

// Runs with real-time priority on @processor, so that only the kernel can delay it.
void settle_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    checked(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
    const sched_param urgent{1};
    checked(sched_setscheduler(0, SCHED_FIFO, &urgent), "SCHED_FIFO");
}

void beat(int processor, bool send, Pulse& pulse) {
    settle_on(processor);
    const Descriptor socket = open_socket(AF_INET, SOCK_RAW, experimental);
    set_receive_buffer(socket.get(), 0);
    const Address to = loopback();
    while (!pulse.end) {
        const int64_t due = now_ns() + beat_ns;
        const timespec pause{0, beat_ns};
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        // Waits for the lock of the queue while that is being walked.
        if (send)
            sendto(socket.get(), "b", 1, 0, to.get(), to.length);
        pulse.note(now_ns() - due);
    }
}

} // namespace

// At each SIGUSR1, prints "beats N worst_us N" for the time since the previous one. With --send,
// each beat sends a packet to the socket of many_skbs.
int heartbeat(Arguments arguments) {
    const bool send = arguments.flag("send");
    arguments.end();
    Pulse pulse;
    const Descriptor any = open_socket(AF_INET, SOCK_DGRAM);
    std::vector<std::thread> threads;
    const auto processors = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
    for (int processor = 0; processor < processors; processor++)
        threads.emplace_back(beat, processor, send, std::ref(pulse));
    say_ready(any.get());
    for (;;) {
        wait_for(SIGUSR1);
        const uint64_t beats = pulse.beats.exchange(0);
        std::cout << "beats " << beats << " worst_us " << pulse.worst_ns.exchange(0) / 1000
                  << std::endl;
    }
}

} // namespace gmsock
