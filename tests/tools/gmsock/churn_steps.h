// What happens to sockets while somebody counts them: one step each.
#pragma once

#include <random>
#include <vector>

#include "gmsock/descriptor.h"

namespace gmsock {

// What one process has at hand. A step may fail, for want of memory or of a protocol.
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
    bool forked_ = false; // in a child: it has no children

    uint64_t below(uint64_t end) { return random_() % end; }
    // In the place of another, which is closed.
    void keep(Descriptor descriptor);
    [[nodiscard]] int any(); // of those kept; -1 if there are none

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
