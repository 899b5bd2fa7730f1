#include "lib/procs/survey.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/host/privilege.h"
#include "lib/procs/cpu_time.h"
#include "lib/procs/rules.h"
#include "lib/procs/stuck.h"
#include "lib/procs/system_calls.h"
#include "lib/procs/zombies.h"

namespace ghostmem {

namespace {

// More tasks than these are stuck for the same reasons, or their parents are alike.
constexpr size_t most_details = 256;
constexpr size_t most_suspects = 64;
constexpr int brackets_each = 3;
// A file that may block is waited for so long, and for less once some have blocked.
constexpr std::chrono::milliseconds patience{500};
constexpr std::chrono::milliseconds little_patience{20};
constexpr size_t patient_with = 4;

class Survey {
  public:
    explicit Survey(const ProcsHost& host) : host_(host), files_(host.root) {}

    Observation run(std::chrono::milliseconds interval) {
        first();
        host_.clock.sleep(interval);
        second();
        look_at_stuck();
        look_at_parents();
        look_at_suspects();
        look_at_host();
        return std::move(seen_);
    }

  private:
    void first() {
        at_ = host_.clock.now();
        seen_.machine_before = MachineCpu::read(host_.root);
        seen_.before = host_.tasks.tasks();
        for (const Task& task : seen_.before.tasks) {
            if (!task.uninterruptible())
                continue;
            if (const auto switches = read_switches(host_.root, task.pid, task.tid))
                seen_.switches_before.emplace(task.tid, *switches);
        }
        seen_.descriptors_before = files_.count(seen_.before);
    }

    void second() {
        seen_.interval_s = static_cast<double>((host_.clock.now() - at_).count()) / 1000;
        seen_.machine_after = MachineCpu::read(host_.root);
        seen_.after = host_.tasks.tasks();
    }

    void look_at_stuck() {
        for (const auto& [tid, before] : seen_.switches_before) {
            const Task* task = seen_.after.find(tid);
            if (task == nullptr || !task->uninterruptible())
                continue;
            if (const auto now = read_switches(host_.root, task->pid, tid))
                seen_.switches_after.emplace(tid, *now);
        }
        for (const Task* task : unswitched(seen_)) {
            if (seen_.details.size() >= most_details)
                break;
            look_at(*task);
            look_at_file(*task);
        }
    }

    void look_at(const Task& task) {
        if (seen_.details.contains(task.tid))
            return;
        auto details = read_task_details(host_.root, task.pid, task.tid,
                                         slow_ < patient_with ? patience : little_patience);
        slow_ += details.unreadable.empty() ? 0 : 1;
        note_idle(task, details.last_ran_ms);
        seen_.details.emplace(task.tid, std::move(details));
    }

    void note_idle(const Task& task, std::optional<uint64_t> last_ran) {
        if (!last_ran)
            return;
        auto at = clocks_.find(task.cpu);
        if (at == clocks_.end())
            at = clocks_.emplace(task.cpu, host_.run_clock.now_ms(task.cpu)).first;
        if (at->second)
            seen_.idle_ms.emplace(task.tid, *at->second - std::min(*last_ran, *at->second));
    }

    void look_at_file(const Task& task) {
        const TaskDetails& details = seen_.details.at(task.tid);
        const auto fd = details.call ? system_call_fd(*details.call) : std::nullopt;
        const auto target = fd ? read_file_target(host_.root, task.pid, *fd) : std::nullopt;
        if (!target)
            return;
        std::string device = target->device;
        // The file system of /dev answers for itself, whatever its devices do.
        if (target->type == "devtmpfs" || target->type == "tmpfs") {
            const std::string numbers =
                block_numbers(host_.root / fmt::format("proc/{}/fd/{}", task.pid, target->fd));
            device = numbers.empty() ? device : numbers;
        }
        if (auto found = read_block_device(host_.root, device))
            seen_.devices.emplace(task.tid, std::move(*found));
        seen_.targets.emplace(task.tid, *target);
    }

    void look_at_parents() {
        size_t parents = 0;
        for (const ZombieGroup& group : zombie_groups(seen_.before, seen_.after)) {
            const Task* parent = seen_.after.find(group.parent);
            if (parent == nullptr || ++parents > most_details)
                continue;
            look_at(*parent);
            const std::string& cgroup = seen_.details.at(parent->tid).cgroup;
            if (const auto limit = pids_limit(host_.root, cgroup))
                seen_.pids_limits.emplace(parent->pid, *limit);
            for (size_t i = 0; i < group.zombies.size() && i < sampled_zombies; ++i) {
                const uint32_t pid = group.zombies[i];
                if (const Task* zombie = seen_.after.find(pid))
                    note_idle(*zombie, read_last_ran(host_.root, pid, pid));
            }
        }
    }

    void look_at_suspects() {
        seen_.ticks_per_second = ticks_per_second();
        size_t looked_at = 0;
        for (const Task* task : cpu_suspects(seen_.before, seen_.after, seen_.ticks_per_second)) {
            if (++looked_at > most_suspects)
                break;
            std::vector<CpuBracket> brackets;
            for (int i = 0; i < brackets_each; ++i) {
                if (const auto one =
                        read_cpu_bracket(host_.root, task->pid, task->tid, task->start_ticks))
                    brackets.push_back(*one);
            }
            if (brackets.size() == brackets_each)
                seen_.brackets.emplace(task->tid, std::move(brackets));
        }
    }

    void look_at_host() {
        const TaskSight sight = sight_of_tasks(host_.root);
        seen_.all_tasks = sight.list && sight.outside;
        seen_.stat_is_mounted = mounted_over_stat(host_.root);
        seen_.release = kernel_release(host_.root);
        // Small files are kept as well: a process may have many of them.
        constexpr uint64_t least_of_one = uint64_t{1} << 20;
        seen_.files = files_.survey(seen_.after, least_of_one);
        seen_.tables = files_.tables();
        const uint32_t cpus = seen_.machine_after ? seen_.machine_after->cpus : 1;
        if (seen_.all_tasks)
            seen_.namespaces =
                count_namespaces(host_.root, seen_.after, seen_.files.namespaces, cpus);
        seen_.cgroups = read_dying_cgroups(host_.root);
    }

    const ProcsHost& host_;
    OpenFilesReader files_;
    Observation seen_;
    std::chrono::milliseconds at_{0};
    std::map<uint32_t, std::optional<uint64_t>> clocks_; ///< by CPU
    size_t slow_ = 0;
};

} // namespace

Observation observe(const ProcsHost& host, std::chrono::milliseconds interval) {
    return Survey(host).run(interval);
}

} // namespace ghostmem
