#include "lib/procs/zombies.h"

#include <algorithm>
#include <csignal>
#include <map>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/base/words.h"
#include "lib/procs/rules.h"
#include "lib/procs/system_calls.h"

namespace ghostmem {

namespace {

// So many zombies are worth a word even if their ages cannot be told.
constexpr size_t many = 16;

// A process that has ended as a whole: of others only the first thread has.
bool ended(const Task& task) {
    return task.leader() && task.zombie() && task.threads <= 1;
}

class Telling {
  public:
    Telling(const Observation& seen, const ZombieGroup& group)
        : seen_(seen), group_(group), parent_(seen.after.find(group.parent)),
          details_(seen.details_of(group.parent)) {}

    [[nodiscard]] bool worth_it() const {
        if (parent_ == nullptr)
            return false;
        const auto age = oldest_s();
        if (age)
            return *age >= static_cast<double>(rule_of(ProcFindingKind::zombies).least);
        return group_.zombies.size() >= many ||
               seen_.interval_s >= static_cast<double>(rule_of(ProcFindingKind::zombies).least);
    }

    [[nodiscard]] ProcFinding run() const {
        ProcFinding finding;
        finding.kind = ProcFindingKind::zombies;
        finding.confidence = oldest_s() ? Confidence::certain : Confidence::likely;
        finding.pid = group_.parent;
        finding.ppid = parent_->ppid;
        finding.comm = printable(parent_->comm);
        finding.count = group_.after;
        finding.seconds = oldest_s();
        if (seen_.interval_s > 0)
            finding.growth =
                (static_cast<double>(group_.after) - static_cast<double>(group_.before)) /
                seen_.interval_s;
        finding.sentence = sentence();
        finding.evidence = evidence();
        finding.remedy = remedy();
        return finding;
    }

  private:
    [[nodiscard]] std::optional<double> oldest_s() const {
        std::optional<double> oldest;
        for (const uint32_t pid : group_.zombies) {
            const auto at = seen_.idle_ms.find(pid);
            if (at != seen_.idle_ms.end())
                oldest = std::max(oldest.value_or(0), static_cast<double>(at->second) / 1000);
        }
        return oldest;
    }

    [[nodiscard]] std::string sentence() const {
        std::string text =
            fmt::format("does not wait for {}", count_of(group_.after, "child that has ended"));
        if (group_.after != 1)
            text = fmt::format("does not wait for {} children that have ended", group_.after);
        if (const auto age = oldest_s())
            text += fmt::format(", one of them {} ago", format_age(static_cast<uint64_t>(*age)));
        if (group_.after > group_.before)
            text += fmt::format("; {} more within {:.1f} s", group_.after - group_.before,
                                seen_.interval_s);
        return text;
    }

    [[nodiscard]] bool has_init_role() const {
        return group_.parent == 1 || (details_ != nullptr && details_->namespace_pids.size() > 1 &&
                                      details_->namespace_pids.back() == 1);
    }

    [[nodiscard]] std::string signal_words() const {
        if (TaskDetails::has(details_->signals_ignored, SIGCHLD))
            return "SIGCHLD is ignored: these ended before that was set";
        if (TaskDetails::has(details_->signals_blocked, SIGCHLD))
            return "SIGCHLD is blocked, so that its handler does not run";
        if (TaskDetails::has(details_->signals_caught, SIGCHLD))
            return "SIGCHLD has a handler, which does not wait for all children";
        return "SIGCHLD has no handler, and is not ignored";
    }

    [[nodiscard]] std::vector<std::string> evidence() const {
        const std::string process = fmt::format("/proc/{}", group_.parent);
        std::vector<std::string> lines;
        std::string pids;
        for (size_t i = 1; i < group_.zombies.size() && i < sampled_zombies; ++i)
            pids += fmt::format("{}{}", pids.empty() ? "" : ", ", group_.zombies[i]);
        lines.push_back(fmt::format("/proc/{}/stat: state Z, parent {}{}", group_.zombies.front(),
                                    group_.parent,
                                    group_.zombies.size() > 1 ? "; likewise " + pids : ""));
        if (details_ == nullptr)
            return lines;
        std::string doing = fmt::format("{}/stat: state {}", process, parent_->state);
        if (const std::string words = doing_words(*details_); !words.empty())
            doing += ", " + words;
        if (!details_->wait_function.empty())
            doing += ", waits in " + details_->wait_function;
        lines.push_back(std::move(doing));
        lines.push_back(fmt::format("{}/status: {}", process, signal_words()));
        const auto limit = seen_.pids_limits.find(group_.parent);
        if (limit != seen_.pids_limits.end())
            lines.push_back(fmt::format("/sys/fs/cgroup{}/pids.current: {} of {} that pids.max "
                                        "allows, zombies included",
                                        limit->second.cgroup, limit->second.current,
                                        limit->second.most));
        return lines;
    }

    [[nodiscard]] std::string remedy() const {
        const uint32_t pid = group_.parent;
        if (parent_->state == 'T')
            return fmt::format("kill -CONT {} lets it go on, and wait for them", pid);
        if (parent_->state == 't')
            return fmt::format("detach the debugger of {}", pid);
        if (parent_->state == 'D')
            return fmt::format("{} itself is stuck: see what it waits for", pid);
        if (has_init_role())
            return "it is the init of its pid namespace, and has to wait for every child: start "
                   "the container with an init (docker run --init, shareProcessNamespace)";
        return fmt::format("restart {}[{}]: when it ends, init waits for its children",
                           printable(parent_->comm), pid);
    }

    const Observation& seen_;
    const ZombieGroup& group_;
    const Task* parent_;
    const TaskDetails* details_;
};

} // namespace

std::vector<ZombieGroup> zombie_groups(const TaskList& before, const TaskList& after) {
    std::map<uint32_t, ZombieGroup> groups;
    std::map<uint32_t, std::vector<const Task*>> stayed;
    for (const Task& task : before.tasks) {
        if (ended(task))
            ++groups[task.ppid].before;
    }
    for (const Task& task : after.tasks) {
        if (!ended(task))
            continue;
        ++groups[task.ppid].after;
        const Task* earlier = before.find(task);
        if (earlier != nullptr && ended(*earlier))
            stayed[task.ppid].push_back(&task);
    }
    std::vector<ZombieGroup> found;
    for (auto& [parent, tasks] : stayed) {
        std::ranges::stable_sort(tasks, {}, &Task::start_ticks);
        ZombieGroup group = groups[parent];
        group.parent = parent;
        for (const Task* task : tasks)
            group.zombies.push_back(task->pid);
        found.push_back(std::move(group));
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, &ZombieGroup::after);
    return found;
}

std::vector<ProcFinding> zombie_findings(const Observation& seen) {
    std::vector<ProcFinding> findings;
    for (const ZombieGroup& group : zombie_groups(seen.before, seen.after)) {
        const Telling telling(seen, group);
        if (telling.worth_it())
            findings.push_back(telling.run());
    }
    return findings;
}

std::vector<ProcFinding> zombie_thread_findings(const Observation& seen) {
    std::map<uint32_t, std::vector<const Task*>> threads;
    for (const Task& task : seen.after.tasks) {
        const Task* earlier = seen.before.find(task);
        const bool stays = task.zombie() && earlier != nullptr && earlier->zombie();
        if (stays && task.threads > 1)
            threads[task.pid].push_back(&task);
    }
    std::vector<ProcFinding> findings;
    for (const auto& [pid, ended_threads] : threads) {
        const bool only_leader = ended_threads.size() == 1 && ended_threads.front()->leader();
        const Task& task = *ended_threads.front();
        ProcFinding finding;
        finding.kind = ProcFindingKind::zombie_threads;
        // A program may end its first thread on purpose.
        finding.confidence = only_leader ? Confidence::possible : Confidence::likely;
        finding.pid = pid;
        finding.ppid = task.ppid;
        finding.comm = printable(task.comm);
        finding.count = ended_threads.size();
        finding.sentence =
            only_leader
                ? fmt::format("looks like a zombie, but only its first thread has ended: {} still "
                              "hold its memory and its descriptors",
                              count_of(task.threads - 1, "other thread"))
                : fmt::format("keeps {} that ended, beside {} threads that live",
                              count_of(ended_threads.size(), "thread"),
                              task.threads - ended_threads.size());
        for (const Task* each : ended_threads) {
            if (finding.evidence.size() < sampled_zombies)
                finding.evidence.push_back(
                    fmt::format("/proc/{}/task/{}/stat: state Z", pid, each->tid));
        }
        finding.remedy = only_leader
                             ? fmt::format("see /proc/{}/task for what its other threads do", pid)
                             : fmt::format("a debugger has to wait for them: see TracerPid in "
                                           "/proc/{}/status",
                                           pid);
        findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace ghostmem
