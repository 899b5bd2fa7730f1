// Tests what `leakctl procs` reads from /proc, /sys and the cgroup file system.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/host/block_device.h"
#include "lib/host/cgroups.h"
#include "lib/host/cpu_accounts.h"
#include "lib/host/mounts.h"
#include "lib/host/open_files.h"
#include "lib/host/proc_tasks.h"
#include "lib/host/run_clock.h"
#include "lib/host/task_details.h"
#include "lib/host/timed_read.h"

namespace ghostmem {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

constexpr const char* stat_end = " S 1 9 9 0 -1 4194560 1 0 0 0 7 5 1 2 20 0 3 0 4711 0 0 1 0 0 0 "
                                 "0 0 0 0 0 0 0 0 0 17 6 0 0 0 0 0\n";

TEST(ProcsHost, AnyCommIsParsed) {
    for (const std::string comm : {"sh", "a b", "((sd-pam))", ") S 2 (", "x\ny"}) {
        const auto task = parse_task_stat("9 (" + comm + ")" + stat_end);
        ASSERT_TRUE(task) << comm;
        EXPECT_EQ(task->comm, comm);
        EXPECT_EQ(task->tid, 9U);
        EXPECT_EQ(task->ppid, 1U);
        EXPECT_EQ(task->state, 'S');
        EXPECT_EQ(task->cpu_ticks, 12U);
        EXPECT_EQ(task->threads, 3U);
        EXPECT_EQ(task->start_ticks, 4711U);
        EXPECT_EQ(task->cpu, 6U);
    }
}

TEST(ProcsHost, HalfAStatIsNone) {
    const std::string whole = std::string("9 (sh)") + stat_end;
    const size_t last = whole.rfind(" 6 ");
    for (size_t length = 0; length < last; ++length)
        EXPECT_FALSE(parse_task_stat(whole.substr(0, length))) << length;
    EXPECT_FALSE(parse_task_stat("9 (sh) S -1 9 9"));
    EXPECT_EQ(parse_run_ns("12345 6 7\n"), 12345U);
    EXPECT_FALSE(parse_run_ns(""));
}

TEST(ProcsHost, OurselvesAreListed) {
    ProcTasks source("/");
    const TaskList list = source.tasks();
    const Task* self = list.find(static_cast<uint32_t>(getpid()));
    ASSERT_NE(self, nullptr);
    EXPECT_EQ(self->ppid, static_cast<uint32_t>(getppid()));
    EXPECT_TRUE(self->leader());
    EXPECT_EQ(list.find(*self), self);
    Task other = *self;
    ++other.start_ticks;
    EXPECT_EQ(list.find(other), nullptr);
    EXPECT_THROW(ProcTasks("/nowhere").tasks(), Error);
}

TEST(ProcsHost, OurOwnTimesAddUp) {
    const auto self = static_cast<uint32_t>(getpid());
    ProcTasks source("/");
    const TaskList list = source.tasks();
    ASSERT_NE(list.find(self), nullptr);
    const auto bracket = read_cpu_bracket("/", self, self, list.find(self)->start_ticks);
    ASSERT_TRUE(bracket);
    const double tick = 1.0 / static_cast<double>(ticks_per_second());
    const auto got = static_cast<double>(bracket->ticks) * tick;
    EXPECT_GE(got, static_cast<double>(bracket->before_ns) / 1e9 - 2 * tick);
    EXPECT_LE(got, static_cast<double>(bracket->after_ns) / 1e9 + 2 * tick);
    EXPECT_FALSE(read_cpu_bracket("/", self, self, list.find(self)->start_ticks + 1));
}

TEST(ProcsHost, StatusStackAndSystemCall) {
    TaskDetails details;
    parse_status("TracerPid:\t7\nNSpid:\t90\t1\nSigBlk:\t0000000000010000\nSigIgn:\t1\n"
                 "SigCgt:\t10000\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n",
                 details);
    EXPECT_EQ(details.tracer, 7U);
    EXPECT_THAT(details.namespace_pids, ElementsAre(90U, 1U));
    EXPECT_TRUE(TaskDetails::has(details.signals_blocked, SIGCHLD));
    EXPECT_FALSE(TaskDetails::has(details.signals_ignored, SIGCHLD));
    EXPECT_TRUE(TaskDetails::has(details.signals_caught, SIGCHLD));
    EXPECT_EQ(details.switches, 7U);

    EXPECT_THAT(parse_stack("[<0>] io_schedule+0x46/0x80\n[<ffffffff8109>] old_one+0x1/0x2\n"
                            "[<ffffffffffffffff>] 0xffffffffffffffff\n"),
                ElementsAre("io_schedule", "old_one"));

    parse_system_call("0 0x3 0x7f 0x10 0x0 0x0 0x0 0x7ffe7a0f6c28 0x7f0c\n", details);
    EXPECT_EQ(details.whereabouts, Whereabouts::system_call);
    EXPECT_EQ(details.call->arguments[0], 3U);
    EXPECT_FALSE(details.call->compat);
    parse_system_call("3 0x3 0x7f 0x10 0x0 0x0 0x0 0xffd86c28 0xf7f0c000\n", details);
    EXPECT_TRUE(details.call->compat);
    parse_system_call("-1 0x7ffe7a0f6c28 0x7f0c\n", details);
    EXPECT_EQ(details.whereabouts, Whereabouts::outside);
    parse_system_call("running\n", details);
    EXPECT_EQ(details.whereabouts, Whereabouts::running);
}

TEST(ProcsHost, MountsWithEscapes) {
    const auto mounts = parse_mountinfo("41 28 253:0 /sub /mnt/a\\040b rw shared:20 - ext4 "
                                        "/dev/mapper/x rw\nnonsense\n42 28 0:44 / /h rw - nfs4 "
                                        "filer:/h rw\n43 1 0:4 net:[4026532211] /run/netns/b rw "
                                        "shared:1 - nsfs nsfs rw\n");
    ASSERT_EQ(mounts.size(), 3U);
    EXPECT_EQ(mounts[0].point, "/mnt/a b");
    EXPECT_EQ(mounts[0].device, "253:0");
    EXPECT_FALSE(mounts[0].may_block());
    EXPECT_TRUE(mounts[1].may_block());
    EXPECT_EQ(mounts[2].root, "net:[4026532211]");
    EXPECT_EQ(find_mount(mounts, 42)->source, "filer:/h");
    EXPECT_EQ(find_mount(mounts, 7), nullptr);
}

class ProcsFiles : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(root); }
    void TearDown() override { fs::remove_all(root); }
    void put(const fs::path& name, const std::string& text) {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    fs::path root = testing::TempDir() + "/ghostmem-procs-files-" +
                    testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(ProcsFiles, TheNearestLimitOfTasksCounts) {
    put("sys/fs/cgroup/a/pids.max", "100\n");
    put("sys/fs/cgroup/a/pids.current", "12\n");
    put("sys/fs/cgroup/a/b/pids.max", "max\n");
    put("sys/fs/cgroup/a/b/pids.current", "12\n");
    const auto limit = pids_limit(root, "/a/b/c");
    ASSERT_TRUE(limit);
    EXPECT_EQ(limit->cgroup, "/a");
    EXPECT_EQ(limit->most, 100U);
    EXPECT_FALSE(pids_limit(root, "/x"));
    EXPECT_FALSE(pids_limit(root, ""));
    // A path that leaves the hierarchy, as of a container, leads nowhere.
    EXPECT_FALSE(pids_limit(root, "/../../x"));
}

TEST_F(ProcsFiles, VersionOneHasAHierarchyOfItsOwn) {
    put("sys/fs/cgroup/pids/a/pids.max", "10\n");
    put("sys/fs/cgroup/pids/a/pids.current", "9\n");
    EXPECT_EQ(pids_limit(root, "/a")->current, 9U);
}

TEST_F(ProcsFiles, DyingGroupsOfMemory) {
    EXPECT_FALSE(read_dying_cgroups(root));
    put("sys/fs/cgroup/unified/cgroup.stat",
        "nr_descendants 4\nnr_subsys_memory 3\nnr_dying_descendants 9\nnr_dying_subsys_memory 8\n");
    const auto groups = read_dying_cgroups(root);
    ASSERT_TRUE(groups);
    EXPECT_EQ(groups->dying, 9U);
    EXPECT_EQ(groups->dying_memory, 8U);
    EXPECT_EQ(groups->source, "/sys/fs/cgroup/unified/cgroup.stat");
}

TEST_F(ProcsFiles, BlockDevices) {
    EXPECT_FALSE(read_block_device(root, "253:0"));
    EXPECT_FALSE(read_block_device(root, ""));
    put("sys/devices/virtual/block/dm-0/dm/name", "data-root\n");
    put("sys/devices/virtual/block/dm-0/dm/suspended", "0\n");
    put("sys/devices/virtual/block/dm-0/inflight", "       2        3\n");
    fs::create_directories(root / "sys/dev/block");
    fs::create_symlink("../../devices/virtual/block/dm-0", root / "sys/dev/block/253:0");
    const auto device = read_block_device(root, "253:0");
    ASSERT_TRUE(device);
    EXPECT_EQ(device->name, "dm-0");
    EXPECT_EQ(device->mapped, "data-root");
    EXPECT_FALSE(device->suspended);
    EXPECT_EQ(device->in_flight, 5U);
    EXPECT_EQ(block_numbers("/dev/null"), "");
}

TEST_F(ProcsFiles, MachineTimes) {
    const auto machine = MachineCpu::parse("cpu  10 1 5 100 2 3 4 5 9 0\ncpu0 5 1 2 50 1 2 2 2 9 "
                                           "0\ncpu1 5 0 3 50 1 1 2 3 0 0\nprocesses 77\n");
    ASSERT_TRUE(machine);
    EXPECT_EQ(machine->busy_ticks, 16U);
    EXPECT_EQ(machine->other_ticks, 114U);
    EXPECT_EQ(machine->by_cpu_ticks, 130U);
    EXPECT_EQ(machine->cpus, 2U);
    EXPECT_EQ(machine->forks, 77U);
    EXPECT_FALSE(MachineCpu::parse("intr 1\n"));
    put("proc/self/mountinfo", "9 8 0:50 /proc/stat /proc/stat rw - fuse.lxcfs lxcfs rw\n");
    EXPECT_EQ(mounted_over_stat(root), "fuse.lxcfs (lxcfs)");
}

// The real /proc of this process: a deleted file, counted once although two descriptors have it.
TEST_F(ProcsFiles, DeletedFilesOfThisProcess) {
    const std::string name = (fs::canonical(root) / "deleted.log").native();
    const int one = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(one, 0);
    const std::string data(1 << 20, 'x');
    ASSERT_EQ(write(one, data.data(), data.size()), static_cast<ssize_t>(data.size()));
    ASSERT_EQ(fsync(one), 0);
    const int two = dup(one);
    ASSERT_EQ(unlink(name.c_str()), 0);
    ProcTasks tasks("/");
    TaskList own;
    own.tasks.push_back(*tasks.tasks().find(static_cast<uint32_t>(getpid())));
    OpenFilesReader reader("/");
    const OpenFilesSurvey survey = reader.survey(own, 1 << 19);
    const auto at = std::ranges::find(survey.deleted, name, &DeletedFile::path);
    ASSERT_NE(at, survey.deleted.end());
    EXPECT_GE(at->bytes, data.size());
    EXPECT_THAT(at->pids, ElementsAre(static_cast<uint32_t>(getpid())));
    ASSERT_EQ(survey.processes.size(), 1U);
    const uint64_t counted = reader.count(own).at(static_cast<uint32_t>(getpid()));
    // Reading needs descriptors itself.
    EXPECT_NEAR(static_cast<double>(counted), static_cast<double>(survey.processes[0].count), 3);
    EXPECT_TRUE(survey.processes[0].limit);
    EXPECT_GT(reader.tables()->files, 0U);
    close(one);
    close(two);
}

// A FIFO without a writer blocks whoever opens it.
TEST_F(ProcsFiles, AReadThatBlocksIsGivenUp) {
    const fs::path fifo = root / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_FALSE(read_text_within(fifo, std::chrono::milliseconds{20}));
    // Lets the reader's thread end.
    const int writer = open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
    close(writer);
    put("file", "text");
    EXPECT_EQ(read_text_within(root / "file", std::chrono::seconds{10}), "text");
}

TEST(ProcsHost, TheRunClockIsAheadOfWhatRanBefore) {
    SystemRunClock clock("/");
    const auto self = static_cast<uint32_t>(getpid());
    const auto ran = read_last_ran("/", self, self);
    if (!ran)
        GTEST_SKIP() << "this kernel has no /proc/PID/sched";
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
    for (uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        EXPECT_TRUE(clock.now_ms(cpu));
        break;
    }
    cpu_set_t after;
    ASSERT_EQ(sched_getaffinity(0, sizeof(after), &after), 0);
    EXPECT_TRUE(CPU_EQUAL(&allowed, &after));
}

} // namespace
} // namespace ghostmem
