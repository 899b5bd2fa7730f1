// Sample stacks and sites, a fake kernel and a fake clock.
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

/// Parses a frame as `describe()` prints it: "symbol", "symbol [module]",
/// "symbol+0x1a/0x40 [module, unloaded]". "?" is a frame without a symbol.
Frame frame(const std::string& text);
std::vector<Frame> stack(std::initializer_list<const char*> frames);
Site site(uint32_t id, uint64_t live_pages, std::vector<Frame> frames);

Status recording_status();
/// A host with 16 GiB, 8.5 GiB of which are ghosts.
Ledger leaky_ledger();
Ledger healthy_ledger();
/// A leak by an unloaded driver, pages of a loaded driver, socket fragments, and slab.
std::vector<Site> sample_sites();
StatusReport sample_report();
/// The summary that `status` derives from a dump when /proc lists no process.
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

/// A tracker that uses the fake clock; its own clock starts at 1.
class FakeKernel : public ModuleSource {
  public:
    explicit FakeKernel(FakeClock& clock) : clock_(clock) {}

    Status status() override;
    std::vector<Site> sites(const SiteFilter& filter) override;
    SocketDump sockets(std::optional<uint32_t> top) override;
    std::vector<Site> skb_sites() override { return state.skb ? skbs_held : std::vector<Site>(); }
    PageCensus zones() override { return pages; }
    void start_search() override;
    void stop_search() override { search_stopped = true; }
    SearchState search() override;
    std::optional<SearchResult> search_result() override { return result; }
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
    std::vector<SearchState> search_states; ///< one for each request, then the last one again
    std::optional<SearchResult> result;
    int searches = 0;
    bool search_stopped = false;
    std::function<void()> before_status = [] {};
    std::function<void()> before_sites = [] {};
    std::function<void()> before_sockets = [] {};

  private:
    FakeClock& clock_;
    size_t asked_states_ = 0;
};

} // namespace ghostmem::test
