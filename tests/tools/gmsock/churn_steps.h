// The steps that change sockets while they are being counted.
#pragma once

#include <random>
#include <vector>

#include "gmsock/descriptor.h"

namespace gmsock {

// The sockets of one process. A step may fail for lack of memory or of a protocol.
class Bench {
  public:
    explicit Bench(uint64_t seed) : random_(seed) {}

    void step();

  private:
    using Step = void (Bench::*)();
    static constexpr size_t most_kept = 48;
    static const Step steps[];

    std::mt19937_64 random_;
    std::vector<Descriptor> kept_;
    bool forked_ = false; // whether this is a child, which must not fork again

    uint64_t below(uint64_t end) { return random_() % end; }
    // Keeps a descriptor; it may replace another one, which is closed.
    void keep(Descriptor descriptor);
    [[nodiscard]] int any(); // one of the kept descriptors; -1 if there are none

    void tcp();
    void unaccepted();
    void orphan();
    void udp();
    void raw();
    void pass_on();
    void pass_to_itself();
    void take();
    void read_some();
    void close_some();
    void netlink();
    void packet();
    void ring();
    void vsock();
    void child();
    void name_space();

    template <typename Work> void fork_to(Work work);
};

} // namespace gmsock
