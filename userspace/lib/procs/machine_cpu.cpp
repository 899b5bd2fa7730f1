#include "lib/procs/machine_cpu.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "lib/procs/rules.h"

namespace ghostmem {

namespace {

// Processes that began and ended between the two looks are in neither. At more new processes each
// second than this they may have used the CPU time that no task has.
constexpr double many_forks = 20;
// /proc/stat counts every CPU's time, whatever that does; this much may be missing, because CPUs
// without a tick are updated late.
constexpr double clock_tolerance = 0.2;

struct Interval {
    double wall_s = 0;
    double busy_s = 0;  ///< of the machine
    double total_s = 0; ///< of the machine, idle or not
    double run_s = 0;   ///< of tasks
    double forks = 0;   ///< each second
    uint32_t cpus = 0;
};

std::optional<Interval> interval_of(const Observation& seen) {
    const auto run = run_seconds(seen.before, seen.after);
    if (!seen.machine_before || !seen.machine_after || !run || seen.interval_s <= 0)
        return std::nullopt;
    const auto per_second = static_cast<double>(seen.ticks_per_second);
    const auto difference = [](uint64_t before, uint64_t after) {
        return static_cast<double>(after) - static_cast<double>(before);
    };
    Interval interval;
    interval.wall_s = seen.interval_s;
    interval.busy_s =
        difference(seen.machine_before->busy_ticks, seen.machine_after->busy_ticks) / per_second;
    interval.total_s =
        difference(seen.machine_before->ticks(), seen.machine_after->ticks()) / per_second;
    interval.run_s = *run;
    interval.forks =
        difference(seen.machine_before->forks, seen.machine_after->forks) / seen.interval_s;
    interval.cpus = seen.machine_after->cpus;
    return interval;
}

ProcFinding about_stat(const Observation& seen, const Interval& interval, std::string sentence) {
    ProcFinding finding;
    finding.kind = ProcFindingKind::machine_cpu;
    finding.confidence = Confidence::likely;
    finding.seconds = std::abs(interval.busy_s - interval.run_s);
    finding.sentence = std::move(sentence);
    finding.evidence.push_back(
        fmt::format("/proc/stat: {:.2f} s of user, nice and system, {:.2f} s in all, of {} CPUs "
                    "in {:.2f} s",
                    interval.busy_s, interval.total_s, interval.cpus, interval.wall_s));
    finding.evidence.push_back(fmt::format("/proc/*/task/*/schedstat: the tasks that are visible "
                                           "ran for {:.2f} s meanwhile",
                                           interval.run_s));
    if (!seen.stat_is_mounted.empty())
        finding.evidence.push_back("/proc/self/mountinfo: on /proc/stat is mounted " +
                                   seen.stat_is_mounted);
    return finding;
}

// What is wrong with /proc/stat itself; empty: it agrees with the time that has passed.
std::string fault_of_stat(const Interval& interval) {
    const double expected = interval.wall_s * interval.cpus;
    if (interval.busy_s < 0 || interval.total_s < 0)
        return "times in /proc/stat have gone backwards";
    if (interval.total_s > expected * (1 + clock_tolerance) + 1)
        return "/proc/stat counts more CPU time than has passed";
    return {};
}

} // namespace

std::optional<double> run_seconds(const TaskList& before, const TaskList& after) {
    double seconds = 0;
    bool any = false;
    for (const Task& task : after.tasks) {
        if (!task.run_ns)
            continue;
        any = true;
        const Task* earlier = before.find(task);
        // A new task has run since it began.
        const uint64_t from = earlier != nullptr ? earlier->run_ns.value_or(*task.run_ns) : 0;
        seconds += static_cast<double>(*task.run_ns - std::min(from, *task.run_ns)) / 1e9;
    }
    return any ? std::optional(seconds) : std::nullopt;
}

std::vector<ProcFinding> machine_cpu_findings(const Observation& seen) {
    std::vector<ProcFinding> findings;
    const auto interval = interval_of(seen);
    if (!interval)
        return findings;
    const double tolerance = static_cast<double>(rule_of(ProcFindingKind::machine_cpu).least) /
                             100 * interval->wall_s * std::max(1.0, interval->cpus / 4.0);
    const bool mounted = !seen.stat_is_mounted.empty();
    if (const std::string fault = fault_of_stat(*interval); !fault.empty()) {
        findings.push_back(about_stat(seen, *interval, fault));
        findings.back().remedy = mounted
                                     ? "it is not the kernel's: look from outside of the container"
                                     : "do not trust /proc/stat on this kernel; trust schedstat";
        return findings;
    }
    // A virtual machine that does not get its processors loses ticks, while the scheduler's clock
    // goes on: what is missing in all may be missing in what is busy.
    const double lost = std::max(0.0, interval->wall_s * interval->cpus - interval->total_s);
    // Ticks may also miss a task that runs between them, but not as much as a CPU.
    if (interval->run_s - interval->busy_s > tolerance + interval->wall_s + lost) {
        findings.push_back(about_stat(
            seen, *interval,
            fmt::format("tasks have run for {:.2f} s more than /proc/stat counts as busy",
                        interval->run_s - interval->busy_s)));
        findings.back().remedy =
            mounted ? "it is a container's /proc/stat: look from outside of the container"
                    : "something falsifies /proc/stat, or the kernel does: compare with perf stat";
        return findings;
    }
    const double unowned = interval->busy_s - interval->run_s;
    if (mounted || !seen.all_tasks || interval->forks > many_forks || unowned <= tolerance)
        return findings;
    findings.push_back(about_stat(
        seen, *interval,
        fmt::format("{:.2f} s of CPU time within {:.2f} s belong to no task that is visible",
                    unowned, interval->wall_s)));
    findings.back().evidence.push_back(fmt::format(
        "/proc/stat: {:.0f} new processes each second, too few to explain it", interval->forks));
    findings.back().remedy = "a task may be hidden from /proc: compare with perf top";
    return findings;
}

} // namespace ghostmem
