// Tasks for tests of `leakctl procs`, and the recorded host in data/procs.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "lib/host/run_clock.h"
#include "lib/procs/report.h"
#include "support/samples.h"

namespace ghostmem::test {

/// A single-threaded process that sleeps, a child of 1.
Task task_of(uint32_t pid, const std::string& comm, char state = 'S');
/// Appends it to both looks.
void add_task(Observation& seen, const Task& task);
/// Sorts both looks, as a source does.
void sort_tasks(Observation& seen);

class FakeRunClock : public RunClock {
  public:
    std::optional<uint64_t> now_ms(uint32_t cpu) override {
        const auto at = clocks.find(cpu);
        return at == clocks.end() ? std::nullopt : std::optional(at->second);
    }
    std::map<uint32_t, uint64_t> clocks{{0, 295'000}, {1, 295'000}};
};

/// A recorded host: data/procs/NAME/before, and what is different after the wait in
/// data/procs/NAME/after. A file `links` there names symbolic links, each with its target.
class RecordedProcs {
  public:
    explicit RecordedProcs(const std::string& name);
    ~RecordedProcs();
    RecordedProcs(const RecordedProcs&) = delete;
    RecordedProcs& operator=(const RecordedProcs&) = delete;

    ProcsReport gather(const ProcsOptions& options);
    /// Makes it what it is after the wait; for tests that gather by other means.
    void change() { lay("after"); }
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    FakeRunClock run_clock;

  private:
    void lay(const std::string& side);

    std::filesystem::path data_;
    std::filesystem::path root_;
};

} // namespace ghostmem::test
