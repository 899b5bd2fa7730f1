#include "lib/procs/cpu_time.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "lib/base/words.h"
#include "lib/host/proc_numbers.h"
#include "lib/procs/rules.h"

namespace ghostmem {

namespace {

// utime and stime are each rounded down to a tick.
constexpr int64_t rounding_ticks = 2;

constexpr std::array<CpuTimeFault, 4> faults{{
    {"5a8e01f8fa51", "3.12", "utime or stime of a long-running task jump to absurd values", true},
    {"9d7fb0427648", "4.3",
     "utime + stime pass the run time, then stand still until it has caught up: top shows 0 %, "
     "then several 100 %",
     true},
    {"3dc167ba5729", "5.9", "stime stands still, or jumps, in a task that has run for months",
     false},
    {"77baa5bafcbe", "6.11", "utime passes the run time by a rounding error", true},
}};

// "4.19.0-27-amd64" -> 4 * 1000 + 19; 0: not known.
uint32_t version_of(std::string_view release) {
    const size_t dot = release.find('.');
    if (dot == std::string_view::npos)
        return 0;
    const std::string_view rest = release.substr(dot + 1);
    const auto major = number_of<uint32_t>(release.substr(0, dot));
    const auto minor = number_of<uint32_t>(rest.substr(0, rest.find_first_not_of("0123456789")));
    return major && minor ? *major * 1000 + *minor : 0;
}

// How many ticks the times are outside of what the run times allow: above 0 ahead of them, below 0
// behind them; 0: they agree.
int64_t deviation(uint64_t before_ns, uint64_t ticks, uint64_t after_ns, uint64_t tick_ns) {
    const auto got = static_cast<int64_t>(ticks);
    const auto least = static_cast<int64_t>(before_ns / tick_ns) - rounding_ticks;
    const auto most = static_cast<int64_t>(after_ns / tick_ns) + rounding_ticks;
    if (got > most)
        return got - most;
    return got < least ? got - least : 0;
}

// The smallest deviation of all brackets, if all are on the same side.
int64_t agreed_deviation(const std::vector<CpuBracket>& brackets, uint64_t tick_ns) {
    int64_t agreed = 0;
    for (const CpuBracket& one : brackets) {
        const int64_t each = deviation(one.before_ns, one.ticks, one.after_ns, tick_ns);
        if (each == 0 || (agreed != 0 && (each > 0) != (agreed > 0)))
            return 0;
        if (agreed == 0 || std::abs(each) < std::abs(agreed))
            agreed = each;
    }
    return agreed;
}

std::string fault_words(std::string_view release, bool ahead) {
    const uint32_t running = version_of(release);
    for (const CpuTimeFault& fault : faults) {
        if (running != 0 && fault.ahead == ahead && running < version_of(fault.mended))
            return fmt::format("this kernel is older than {}, where commit {} mended a fault of "
                               "cputime_adjust(): {}",
                               fault.mended, fault.commit, fault.shows);
    }
    return {};
}

struct Growth {
    double accounted_s = 0;
    double run_s = 0;
};

std::optional<Growth> growth_of(const Observation& seen, const Task& after) {
    const Task* before = seen.before.find(after);
    if (before == nullptr || !before->run_ns || !after.run_ns)
        return std::nullopt;
    const auto ticks =
        static_cast<double>(after.cpu_ticks) - static_cast<double>(before->cpu_ticks);
    return Growth{ticks / static_cast<double>(seen.ticks_per_second),
                  (static_cast<double>(*after.run_ns) - static_cast<double>(*before->run_ns)) /
                      1e9};
}

ProcFinding tell(const Observation& seen, const Task& task, const CpuBracket& last,
                 int64_t off_ticks) {
    const auto per_second = static_cast<double>(seen.ticks_per_second);
    const double off = std::abs(static_cast<double>(off_ticks)) / per_second;
    const bool ahead = off_ticks > 0;
    ProcFinding finding;
    finding.kind = ProcFindingKind::cpu_time;
    finding.confidence = Confidence::certain;
    finding.pid = task.tid;
    finding.ppid = task.ppid;
    finding.comm = printable(task.comm);
    finding.seconds = off;
    finding.sentence = fmt::format("has CPU times {} of what it has run by at least {:.2f} s",
                                   ahead ? "ahead" : "short", off);
    const std::string directory = fmt::format("/proc/{}/task/{}", task.pid, task.tid);
    finding.evidence.push_back(fmt::format("{}/stat: utime + stime are {:.2f} s", directory,
                                           static_cast<double>(last.ticks) / per_second));
    finding.evidence.push_back(fmt::format("{}/schedstat: it has run for {:.2f} s before and "
                                           "{:.2f} s after that was read",
                                           directory, static_cast<double>(last.before_ns) / 1e9,
                                           static_cast<double>(last.after_ns) / 1e9));
    if (const auto growth = growth_of(seen, task)) {
        finding.evidence.push_back(
            fmt::format("{}/stat: grew by {:.2f} s while schedstat grew by {:.2f} s", directory,
                        growth->accounted_s, growth->run_s));
        const double tick = 1 / per_second;
        if (growth->accounted_s < tick && growth->run_s > 4 * tick)
            finding.sentence += "; they stand still while it runs";
    }
    const std::string fault = fault_words(seen.release, ahead);
    if (!fault.empty())
        finding.evidence.push_back("/proc/sys/kernel/osrelease: " + fault);
    finding.remedy = fault.empty() ? "trust schedstat, not top; report it with the kernel's version"
                                   : "trust schedstat, not top, until the kernel is updated";
    return finding;
}

} // namespace

std::span<const CpuTimeFault> cpu_time_faults() {
    return faults;
}

std::vector<const Task*> cpu_suspects(const TaskList& before, const TaskList& after,
                                      uint64_t ticks_per_second) {
    const uint64_t tick_ns = 1'000'000'000 / ticks_per_second;
    std::vector<const Task*> suspects;
    for (const Task& task : after.tasks) {
        const Task* earlier = before.find(task);
        if (earlier == nullptr || !earlier->run_ns || !task.run_ns)
            continue;
        // Each run time was read before the times of the same look, and after those of the first.
        const bool short_of_it =
            deviation(*task.run_ns, task.cpu_ticks, UINT64_MAX / 2, tick_ns) != 0;
        const bool ahead_of_it = deviation(0, earlier->cpu_ticks, *task.run_ns, tick_ns) != 0;
        if (short_of_it || ahead_of_it)
            suspects.push_back(&task);
    }
    return suspects;
}

std::vector<ProcFinding> cpu_time_findings(const Observation& seen) {
    const uint64_t tick_ns = 1'000'000'000 / seen.ticks_per_second;
    // agreed_deviation() is what is beyond the rounding.
    const auto least =
        static_cast<int64_t>(rule_of(ProcFindingKind::cpu_time).least) - rounding_ticks;
    std::vector<ProcFinding> findings;
    for (const auto& [tid, brackets] : seen.brackets) {
        const Task* task = seen.after.find(tid);
        const int64_t off = agreed_deviation(brackets, tick_ns);
        if (task != nullptr && !brackets.empty() && std::abs(off) >= least)
            findings.push_back(tell(seen, *task, brackets.back(), off));
    }
    return findings;
}

} // namespace ghostmem
