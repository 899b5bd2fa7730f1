// Stacks, sites, a kernel and a clock to test with.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "lib/findings/report.h"
#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "support/skb_samples.h"
#include "support/socket_samples.h"

namespace ghostmem::test {

/// From text as `describe()` writes it: "symbol", "symbol [module]",
/// "symbol+0x1a/0x40 [module, unloaded]". "?" has no symbol.
Frame frame(const std::string& text);
std::vector<Frame> stack(std::initializer_list<const char*> frames);
Site site(uint32_t id, uint64_t live_pages, std::vector<Frame> frames);

Status recording_status();
/// A host of 16 GiB, 8.5 GiB of them ghosts.
Ledger leaky_ledger();
Ledger healthy_ledger();
/// A leak of an unloaded driver, a live driver's pages, socket fragments, and slab.
std::vector<Site> sample_sites();
StatusReport sample_report();
/// What `status` makes of a dump, where /proc tells of no process.
SocketSummary summary_of(SocketDump dump);

class FakeClock : public Clock {
  public:
    std::chrono::milliseconds now() override { return time; }
    bool sleep(std::chrono::milliseconds duration) override {
        if (interrupt_at && time + duration >= *interrupt_at) {
            time = std::max(time, *interrupt_at);
            interrupt_at.reset();
            return false;
        }
        time += duration;
        return true;
    }

    std::chrono::milliseconds time{0};
    std::optional<std::chrono::milliseconds> interrupt_at;
};

/// A tracker whose clock is the fake one: 1 at its beginning.
class FakeKernel : public ModuleSource {
  public:
    explicit FakeKernel(FakeClock& clock) : clock_(clock) {}

    Status status() override;
    std::vector<Site> sites(const SiteFilter& filter) override;
    SocketDump sockets(std::optional<uint32_t> top) override;
    std::vector<Site> skb_sites() override { return state.skb ? skbs_held : std::vector<Site>(); }
    PageCensus zones() override { return pages; }
    void reset() override { ++resets; }
    void configure(const ConfigChange& change) override;

    Status state = recording_status();
    std::vector<Site> held = sample_sites();
    SocketDump census = dump_of({});
    std::vector<Site> skbs_held = sample_skb_sites();
    PageCensus pages;
    std::vector<SiteFilter> asked;
    std::vector<std::optional<uint32_t>> asked_tops;
    int resets = 0;
    std::function<void()> before_status = [] {};
    std::function<void()> before_sites = [] {};
    std::function<void()> before_sockets = [] {};

  private:
    FakeClock& clock_;
};

} // namespace ghostmem::test
