#include "support/snapshot_samples.h"

#include <fstream>

#include "lib/host/proc_tasks.h"
#include "support/golden.h"

namespace ghostmem::test {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t mib = 1024 * 1024;

// The host changes while its tasks are watched.
class WatchClock : public FakeClock {
  public:
    explicit WatchClock(RecordedProcs& host) : host_(host) {}
    bool sleep(std::chrono::milliseconds duration) override {
        host_.change();
        return FakeClock::sleep(duration);
    }

  private:
    RecordedProcs& host_;
};

SnapshotSite lab_site() {
    SnapshotSite site;
    site.id = "00000000000000aa";
    site.cls = "direct";
    site.function = "lab_probe+0x1d2";
    site.symbol = "lab_probe";
    site.module = "lab";
    site.module_state = "live";
    site.order = 3;
    site.live_bytes = 16 * mib;
    site.allocations = 520;
    site.frees = 8;
    site.oldest_s = 3000;
    site.stack = {"lab_probe+0x1d2/0x3f0 [lab]", "really_probe+0xde/0x380"};
    return site;
}

} // namespace

SnapshotHostSample::SnapshotHostSample() {
    write("proc/meminfo", read_file(test_dir() + "/data/meminfo-6.1"));
    write("proc/uptime", "11600.25 20000.00\n");
    write("proc/sys/kernel/hostname", "alpha\n");
    write("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
    write("proc/1600/statm", "9000 2100 1076 200 0 900 0\n");
    write("dev/kmsg", "0,4711,11500000000,-;BUG: kernel NULL pointer dereference, address: "
                      "0000000000000008\n");
    kernel.census = sample_sockets();
}

void SnapshotHostSample::write(const std::string& path, const std::string& text) const {
    fs::create_directories((root() / path).parent_path());
    write_file((root() / path).string(), text);
}

Snapshot SnapshotHostSample::gather(SnapshotOptions options) {
    options.taken_s = sample_time_s;
    ProcTasks tasks(root());
    WatchClock clock(recorded);
    return gather_snapshot({kernel, diag, tasks, clock, recorded.run_clock, root()}, options);
}

Snapshot small_snapshot() {
    Snapshot one;
    one.host = {"alpha", "6.1.0-42-amd64", "boot-1", sample_time_s, 7200.5, 4096};
    one.module = {true, {}, "exact", "0.1.0", 3600, 1, 0};
    one.memory.total = 16384 * mib;
    one.memory.free = 12288 * mib;
    one.memory.applications = 3072 * mib;
    one.memory.kernel = 960 * mib;
    one.memory.ghost = 64 * mib;
    one.memory.available = 13000 * mib;
    one.memory.sites = 16 * mib;
    one.memory.sockets = 8 * mib;
    one.memory.unattributed = 40 * mib;
    one.memory.parts = {{"free", "free", 12288 * mib},
                        {"anonymous", "applications", 1024 * mib},
                        {"slab", "kernel", 512 * mib}};
    one.holders = {{"packet_rings", "ghost", 4 * mib}};
    one.sites = {lab_site()};
    one.sockets = SnapshotSockets{"module", 40,      1,
                                  9 * mib,  8 * mib, {{"nginx", "tcp", 40, 9 * mib, 8 * mib}}};
    one.tasks = {80, 300, 120, 1, 0, 12};
    one.processes = {{"postgres", 12, 12, 800 * mib, 300}, {"sh", 1, 1, mib, 4}};
    one.slab = {{"dentry", 100'000, 20 * mib}, {"kmalloc-64", 5000, mib}};
    one.handles = SnapshotHandles{2000, 98304, 30000, 500};
    one.log = SnapshotLog{900, 0, {}, {}};
    return one;
}

Snapshot later_snapshot() {
    Snapshot one = small_snapshot();
    one.host.taken_s += 3600;
    one.host.uptime_s += 3600;
    one.module.armed_s = 7200;
    one.memory.free -= 600 * mib;
    one.memory.ghost += 512 * mib;
    one.memory.sites = 528 * mib;
    one.memory.parts[0].bytes -= 600 * mib;
    one.memory.parts[1].bytes += 88 * mib;
    one.holders.clear();
    one.sites->front().live_bytes = 528 * mib;
    SnapshotSite second = lab_site();
    second.id = "00000000000000bb";
    second.cls = "slab";
    second.symbol = "vm_area_dup";
    second.module.reset();
    second.module_state = "builtin";
    second.live_bytes = 2 * mib;
    one.sites->push_back(second);
    one.sockets->groups = {{"nginx", "tcp", 10, mib, 2 * mib}, {"zebra", "raw", 1, mib, 3 * mib}};
    one.sockets->sockets = 11;
    one.tasks.zombies = 40;
    one.processes = {{"postgres", 12, 12, 888 * mib, 9000}};
    one.slab->front().bytes = 12 * mib;
    one.verdict = {{"growth",
                    VerdictLevel::warn,
                    Confidence::certain,
                    528 * mib,
                    {"00000000000000aa"},
                    "lab_probe [lab] grows by 512.0 MiB in an hour."}};
    one.procs = {{"zombies",
                  Confidence::certain,
                  812,
                  "runner",
                  40,
                  {},
                  1800.0,
                  "40 children of runner[812] have ended and are not waited for",
                  "restart it"}};
    one.log->next = 950;
    one.log->conditions = {
        {"link_down", KmsgSeverity::warning, "eth0", "eth0: Link is Down", 9000.5, 9100, 2}};
    return one;
}

} // namespace ghostmem::test
