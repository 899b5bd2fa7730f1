// Snapshots for tests, and a host of which one can be taken.
#pragma once

#include <filesystem>
#include <string>

#include "lib/snapshot/gather.h"
#include "support/proc_samples.h"
#include "support/samples.h"

namespace ghostmem::test {

inline constexpr uint64_t sample_time_s = 1'796'000'000;

/// The recorded host of data/procs/sick, with what else a snapshot looks at: sites and sockets of a
/// fake module, a boot id, and a kernel's log with one oops.
class SnapshotHostSample {
  public:
    SnapshotHostSample();

    Snapshot gather(SnapshotOptions options = {});
    void write(const std::string& path, const std::string& text) const;
    [[nodiscard]] const std::filesystem::path& root() const { return recorded.root(); }

    RecordedProcs recorded{"sick"};
    FakeClock module_clock;
    FakeKernel kernel{module_clock};
    FakeDiag diag;
};

/// A host of 16 GiB with a site, a slab cache, a socket group and two process names.
Snapshot small_snapshot();
/// The same host an hour later: a driver has leaked, and what else there is has changed as well.
Snapshot later_snapshot();

} // namespace ghostmem::test
