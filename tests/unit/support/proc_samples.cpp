#include "support/proc_samples.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "lib/host/proc_tasks.h"
#include "support/golden.h"

namespace ghostmem::test {

namespace fs = std::filesystem;

namespace {

// A clock whose sleep is when the host changes.
class ChangingClock : public FakeClock {
  public:
    explicit ChangingClock(std::function<void()> change) : change_(std::move(change)) {}
    bool sleep(std::chrono::milliseconds duration) override {
        change_();
        return FakeClock::sleep(duration);
    }

  private:
    std::function<void()> change_;
};

} // namespace

Task task_of(uint32_t pid, const std::string& comm, char state) {
    Task task;
    task.tid = pid;
    task.pid = pid;
    task.ppid = 1;
    task.state = state;
    task.threads = 1;
    task.start_ticks = 1000 + pid;
    task.comm = comm;
    return task;
}

void add_task(Observation& seen, const Task& task) {
    seen.before.tasks.push_back(task);
    seen.after.tasks.push_back(task);
}

void sort_tasks(Observation& seen) {
    std::ranges::sort(seen.before.tasks, {}, &Task::tid);
    std::ranges::sort(seen.after.tasks, {}, &Task::tid);
}

RecordedProcs::RecordedProcs(const std::string& name)
    : data_(test_dir() + "/data/procs/" + name),
      root_(testing::TempDir() + "/ghostmem-procs-" +
            testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(root_);
    fs::create_directories(root_);
    lay("before");
}

RecordedProcs::~RecordedProcs() {
    std::error_code error;
    fs::remove_all(root_, error);
}

void RecordedProcs::lay(const std::string& side) {
    if (!fs::exists(data_ / side))
        return;
    fs::copy(data_ / side, root_,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    // Links of /proc lead nowhere; in the source tree they would disturb whoever reads all files.
    std::ifstream links(data_ / side / "links");
    for (std::string path, target;
         std::getline(links, path, '\t') && std::getline(links, target);) {
        fs::create_directories((root_ / path).parent_path());
        fs::create_symlink(target, root_ / path);
    }
}

ProcsReport RecordedProcs::gather(const ProcsOptions& options) {
    ProcTasks tasks(root_);
    ChangingClock clock([this] { lay("after"); });
    ProcsReport report = gather_procs({tasks, clock, run_clock, root_}, options);
    // The next one finds it as it was.
    fs::remove_all(root_);
    fs::create_directories(root_);
    lay("before");
    return report;
}

} // namespace ghostmem::test
