// Tests findings as functions of an observation, and their rules.
#include <algorithm>
#include <csignal>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "lib/procs/cpu_time.h"
#include "lib/procs/handles.h"
#include "lib/procs/machine_cpu.h"
#include "lib/procs/rules.h"
#include "lib/procs/stuck.h"
#include "lib/procs/system_calls.h"
#include "lib/procs/wait_rules.h"
#include "lib/procs/zombies.h"
#include "support/proc_samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

Observation watched() {
    Observation seen;
    seen.interval_s = 2;
    return seen;
}

TEST(ProcsFinding, EveryKindHasOneRule) {
    std::set<std::string_view> names;
    for (const ProcRule& rule : proc_rules()) {
        EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
        EXPECT_EQ(rule_of(rule.kind).name, rule.name);
        EXPECT_FALSE(rule.why.empty());
        EXPECT_GT(rule.least, 0U);
    }
    EXPECT_THAT(names, SizeIs(static_cast<size_t>(ProcFindingKind::dying_cgroups) + 1));
}

TEST(ProcsFinding, AnIdleHostHasNone) {
    Observation seen = watched();
    add_task(seen, task_of(1, "init"));
    add_task(seen, task_of(100, "sh"));
    EXPECT_TRUE(proc_findings(seen).empty());
    EXPECT_TRUE(proc_findings(Observation()).empty());
}

class Zombies : public testing::Test {
  protected:
    void SetUp() override {
        add_task(seen, task_of(1, "init"));
        add_task(seen, task_of(50, "parent"));
        seen.details[50] = TaskDetails();
    }
    void zombie(uint32_t pid, bool at_first = true) {
        Task task = task_of(pid, "child", 'Z');
        task.ppid = 50;
        if (at_first)
            seen.before.tasks.push_back(task);
        seen.after.tasks.push_back(task);
    }
    std::string remedy() { return zombie_findings(seen).at(0).remedy; }

    Observation seen = watched();
};

TEST_F(Zombies, OneThatJustEndedIsNormal) {
    zombie(60, false);
    EXPECT_TRUE(zombie_findings(seen).empty());
    zombie(61);
    seen.idle_ms[61] = 2'500;
    EXPECT_TRUE(zombie_findings(seen).empty());
    seen.idle_ms[61] = 10'000;
    ASSERT_THAT(zombie_findings(seen), SizeIs(1));
    EXPECT_EQ(zombie_findings(seen)[0].count, 2U);
}

TEST_F(Zombies, APidThatWasUsedAgainIsAnotherOne) {
    zombie(60);
    seen.before.tasks.back().start_ticks -= 1;
    seen.idle_ms[60] = 100'000;
    EXPECT_TRUE(zombie_findings(seen).empty());
}

TEST_F(Zombies, ManyAreWorthAWordWithoutAnAge) {
    for (uint32_t pid = 60; pid < 80; ++pid)
        zombie(pid);
    const auto findings = zombie_findings(seen);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].confidence, Confidence::likely);
    EXPECT_EQ(findings[0].pid, 50U);
}

TEST_F(Zombies, TheRemedyDependsOnTheParent) {
    zombie(60);
    seen.idle_ms[60] = 100'000;
    EXPECT_THAT(remedy(), HasSubstr("restart parent[50]"));
    seen.details[50].namespace_pids = {50, 1};
    EXPECT_THAT(remedy(), HasSubstr("--init"));
    seen.after.tasks[1].state = 'T';
    EXPECT_THAT(remedy(), HasSubstr("kill -CONT 50"));
    seen.after.tasks[1].state = 'D';
    EXPECT_THAT(remedy(), HasSubstr("stuck"));
}

TEST_F(Zombies, HowTheParentTreatsTheSignal) {
    zombie(60);
    seen.idle_ms[60] = 100'000;
    const auto words = [&] { return zombie_findings(seen).at(0).evidence; };
    EXPECT_THAT(words(), Contains(HasSubstr("no handler")));
    const uint64_t signal = uint64_t{1} << (SIGCHLD - 1);
    seen.details[50].signals_caught = signal;
    EXPECT_THAT(words(), Contains(HasSubstr("has a handler")));
    seen.details[50].signals_blocked = signal;
    EXPECT_THAT(words(), Contains(HasSubstr("is blocked")));
    seen.details[50].signals_ignored = signal;
    EXPECT_THAT(words(), Contains(HasSubstr("is ignored")));
}

TEST_F(Zombies, ThreadsOfALivingProcess) {
    Task thread = task_of(50, "parent", 'Z');
    thread.tid = 51;
    thread.threads = 3;
    add_task(seen, thread);
    sort_tasks(seen);
    const auto findings = zombie_thread_findings(seen);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].pid, 50U);
    EXPECT_EQ(findings[0].confidence, Confidence::likely);
    EXPECT_TRUE(zombie_findings(seen).empty());
}

class Stuck : public testing::Test {
  protected:
    void SetUp() override {
        add_task(seen, task_of(50, "cp", 'D'));
        seen.switches_before[50] = 7;
        seen.switches_after[50] = 7;
        details().switches = 7;
        seen.idle_ms[50] = 60'000;
    }
    TaskDetails& details() { return seen.details[50]; }
    ProcFinding only() { return stuck_findings(seen).at(0); }

    Observation seen = watched();
};

TEST_F(Stuck, OnlyWhoHasNotWokenIsStuck) {
    EXPECT_THAT(stuck_findings(seen), SizeIs(1));
    seen.switches_after[50] = 8;
    EXPECT_TRUE(stuck_findings(seen).empty());
    seen.switches_after[50] = 7;
    details().switches = 8;
    EXPECT_TRUE(stuck_findings(seen).empty());
    details().switches = 7;
    seen.before.tasks[0].state = 'S';
    EXPECT_TRUE(stuck_findings(seen).empty());
}

TEST_F(Stuck, WhatItWaitsForByItsStack) {
    details().stack = {"rpc_wait_bit_killable", "__rpc_execute", "nfs4_proc_getattr"};
    EXPECT_THAT(only().sentence, HasSubstr("the answer of an NFS server"));
    details().stack = {"io_schedule", "blk_mq_get_tag", "submit_bio"};
    EXPECT_THAT(only().sentence, HasSubstr("a free request of a block device"));
    details().stack = {"kernel_clone", "__x64_sys_vfork"};
    EXPECT_THAT(only().remedy, HasSubstr("kill -9 50"));
    details().stack = {"unheard_of"};
    EXPECT_THAT(only().remedy, HasSubstr("no signal ends this wait"));
}

TEST_F(Stuck, AKernelThreadThatWasNeverStartedIsDoubtful) {
    details().stack = {"kthread", "ret_from_fork"};
    EXPECT_EQ(only().confidence, Confidence::possible);
    details().stack = {"rescuer_thread", "kthread", "ret_from_fork"};
    EXPECT_EQ(only().confidence, Confidence::certain);
}

TEST(ProcsFinding, WaitRulesAreReachable) {
    for (const WaitRule& rule : wait_rules()) {
        std::string function(rule.function);
        if (function.ends_with('*'))
            function.back() = 'x';
        const WaitRule* found = wait_rule_of({function}, "");
        ASSERT_NE(found, nullptr) << rule.function;
        EXPECT_EQ(found->waits_for, rule.waits_for) << rule.function;
        EXPECT_FALSE(rule.waits_for.empty());
    }
    EXPECT_EQ(wait_rule_of({"do_swap_page.isra.0"}, "")->waits_for, "a page from swap");
    EXPECT_EQ(wait_rule_of({}, "rtnl_lock")->confidence, Confidence::certain);
    EXPECT_EQ(wait_rule_of({}, ""), nullptr);
}

TEST(ProcsFinding, SystemCalls) {
    SystemCall call;
    call.number = SYS_pwrite64;
    call.arguments = {5};
    EXPECT_EQ(system_call_name(call), "pwrite64");
    EXPECT_EQ(system_call_fd(call), 5U);
    call.compat = true;
    EXPECT_EQ(system_call_name(call), "32-bit system call " + std::to_string(SYS_pwrite64));
    EXPECT_FALSE(system_call_fd(call));
    call = {9999, {}, false};
    EXPECT_EQ(system_call_name(call), "system call 9999");
    call.number = SYS_read;
    call.arguments = {UINT64_MAX};
    EXPECT_FALSE(system_call_fd(call));
}

class CpuTime : public testing::Test {
  protected:
    static constexpr uint64_t second = 1'000'000'000;
    // A task that has run for `run_ns` at the second look and one second less at the first.
    void task(uint64_t ticks_before, uint64_t ticks_after, uint64_t run_ns) {
        seen = watched();
        Task one = task_of(50, "burn", 'R');
        one.cpu_ticks = ticks_before;
        one.run_ns = run_ns - second;
        seen.before.tasks = {one};
        one.cpu_ticks = ticks_after;
        one.run_ns = run_ns;
        seen.after.tasks = {one};
    }
    size_t suspects() { return cpu_suspects(seen.before, seen.after, 100).size(); }

    Observation seen;
};

TEST_F(CpuTime, TwoTicksAreRounding) {
    task(898, 998, 10 * second);
    EXPECT_EQ(suspects(), 0U);
    task(900, 1002, 10 * second);
    EXPECT_EQ(suspects(), 0U);
    task(897, 997, 10 * second);
    EXPECT_EQ(suspects(), 1U);
    task(1003, 1003, 10 * second);
    EXPECT_EQ(suspects(), 1U);
}

TEST_F(CpuTime, ASingleDisagreementIsChance) {
    task(1100, 1100, 10 * second);
    seen.brackets[50] = {{10 * second, 1100, 10 * second}, {10 * second, 1002, 10 * second}};
    EXPECT_TRUE(cpu_time_findings(seen).empty());
    seen.brackets[50] = {{10 * second, 1100, 10 * second}, {10 * second, 900, 10 * second}};
    EXPECT_TRUE(cpu_time_findings(seen).empty());
    seen.brackets[50] = {{10 * second, 1100, 10 * second}, {10 * second, 1100, 10 * second}};
    ASSERT_THAT(cpu_time_findings(seen), SizeIs(1));
    EXPECT_DOUBLE_EQ(*cpu_time_findings(seen)[0].seconds, 0.98);
}

TEST_F(CpuTime, TheKernelsFaultIsNamedWhereItIs) {
    task(1100, 1100, 10 * second);
    seen.brackets[50] = {{10 * second, 1100, 10 * second}};
    const auto evidence = [&](const char* release) {
        seen.release = release;
        return cpu_time_findings(seen).at(0).evidence;
    };
    EXPECT_THAT(evidence("3.10.0-1160.el7"), Contains(HasSubstr("5a8e01f8fa51")));
    EXPECT_THAT(evidence("4.1.12"), Contains(HasSubstr("9d7fb0427648")));
    EXPECT_THAT(evidence("6.1.0-57-amd64"), Contains(HasSubstr("77baa5bafcbe")));
    EXPECT_THAT(evidence("6.12.1"), testing::Not(Contains(HasSubstr("osrelease"))));
    seen.brackets[50] = {{12 * second, 1100, 12 * second}};
    EXPECT_THAT(evidence("4.19.0"), Contains(HasSubstr("3dc167ba5729")));
}

class MachineTimes : public testing::Test {
  protected:
    void SetUp() override {
        Task one = task_of(50, "burn", 'R');
        one.run_ns = 0;
        seen.before.tasks = {one};
        one.run_ns = 1'000'000'000;
        seen.after.tasks = {one};
        seen.machine_before = MachineCpu{1000, 3000, 4000, 2, 100};
        seen.machine_after = MachineCpu{1100, 3300, 4400, 2, 101};
    }
    Observation seen = watched();
};

TEST_F(MachineTimes, TheyAddUp) {
    EXPECT_TRUE(machine_cpu_findings(seen).empty());
    EXPECT_DOUBLE_EQ(*run_seconds(seen.before, seen.after), 1);
}

TEST_F(MachineTimes, TimeThatNoTaskHas) {
    seen.machine_after->busy_ticks = 1300;
    seen.machine_after->other_ticks = 3100;
    ASSERT_THAT(machine_cpu_findings(seen), SizeIs(1));
    EXPECT_THAT(machine_cpu_findings(seen)[0].sentence, HasSubstr("belong to no task"));
    // Processes that came and went may have used it.
    seen.machine_after->forks = 1000;
    EXPECT_TRUE(machine_cpu_findings(seen).empty());
    seen.machine_after->forks = 101;
    seen.all_tasks = false;
    EXPECT_TRUE(machine_cpu_findings(seen).empty());
}

TEST_F(MachineTimes, AFalseStatIsToldApart) {
    seen.machine_after->busy_ticks = 900;
    EXPECT_THAT(machine_cpu_findings(seen).at(0).sentence, HasSubstr("gone backwards"));
    seen.machine_after->busy_ticks = 1000;
    seen.after.tasks[0].run_ns = 4'000'000'000;
    seen.stat_is_mounted = "fuse.lxcfs (lxcfs)";
    const auto findings = machine_cpu_findings(seen);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_THAT(findings[0].remedy, HasSubstr("container"));
    EXPECT_THAT(findings[0].evidence, Contains(HasSubstr("lxcfs")));
    // Ticks that a virtual machine has lost are in none of the figures.
    seen.machine_after->other_ticks = 3000;
    EXPECT_TRUE(machine_cpu_findings(seen).empty());
    seen.machine_after->other_ticks = 9000;
    EXPECT_THAT(machine_cpu_findings(seen).at(0).sentence, HasSubstr("more CPU time than"));
}

TEST(ProcsFinding, DescriptorsAndFiles) {
    Observation seen = watched();
    add_task(seen, task_of(50, "server"));
    OpenFiles files;
    files.pid = 50;
    files.count = 799;
    files.limit = 1000;
    files.kinds = {{"anon_inode:[eventfd]", 700}, {"file", 99}};
    seen.files.processes = {files};
    seen.descriptors_before[50] = 790;
    EXPECT_TRUE(descriptor_findings(seen).empty());
    seen.files.processes[0].count = 800;
    ASSERT_THAT(descriptor_findings(seen), SizeIs(1));
    EXPECT_THAT(descriptor_findings(seen)[0].evidence[0],
                HasSubstr("700 of anon_inode:[eventfd], 99 of file"));
    seen.files.processes[0].limit.reset();
    seen.descriptors_before[50] = 100;
    ASSERT_THAT(descriptor_findings(seen), SizeIs(1));
    EXPECT_EQ(descriptor_findings(seen)[0].confidence, Confidence::possible);

    seen.files.deleted = {{1, 2, "/a", uint64_t{60} << 20, {50, 51}},
                          {1, 3, "/b", uint64_t{3} << 20, {50}}};
    EXPECT_TRUE(deleted_file_findings(seen).empty());
    seen.files.deleted[1].bytes = uint64_t{4} << 20;
    ASSERT_THAT(deleted_file_findings(seen), SizeIs(1));
    EXPECT_EQ(deleted_file_findings(seen)[0].bytes, uint64_t{64} << 20);

    seen.tables = FileTables{79, 100, {}, {}};
    EXPECT_TRUE(system_file_findings(seen).empty());
    seen.tables->files = 80;
    ASSERT_THAT(system_file_findings(seen), SizeIs(1));
    EXPECT_THAT(system_file_findings(seen)[0].remedy, HasSubstr("server[50]"));
}

} // namespace
} // namespace ghostmem
