#include "lib/procs/stuck.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/base/words.h"
#include "lib/procs/rules.h"
#include "lib/procs/system_calls.h"
#include "lib/procs/wait_rules.h"

namespace ghostmem {

namespace {

// The innermost functions of a stack; the rest is how the kernel was entered.
constexpr size_t shown_functions = 8;

class Telling {
  public:
    Telling(const Observation& seen, const Task& task)
        : seen_(seen), task_(task), details_(*seen.details_of(task.tid)),
          rule_(wait_rule_of(details_.stack, details_.wait_function)), target_(found(seen.targets)),
          device_(found(seen.devices)) {
        const auto at = seen.idle_ms.find(task.tid);
        if (at != seen.idle_ms.end())
            seconds_ = static_cast<double>(at->second) / 1000;
    }

    [[nodiscard]] bool long_enough() const {
        const auto least = static_cast<double>(rule_of(ProcFindingKind::stuck).least);
        return !seconds_ || *seconds_ >= least;
    }

    [[nodiscard]] ProcFinding run() const {
        ProcFinding finding;
        finding.kind = ProcFindingKind::stuck;
        finding.confidence = confidence();
        finding.pid = task_.tid;
        finding.ppid = task_.ppid;
        finding.comm = printable(task_.comm);
        finding.seconds = seconds_ ? seconds_ : std::optional(seen_.interval_s);
        finding.sentence = sentence();
        finding.evidence = evidence();
        finding.remedy = remedy();
        return finding;
    }

  private:
    template <typename Value> const Value* found(const std::map<uint32_t, Value>& values) const {
        const auto at = values.find(task_.tid);
        return at == values.end() ? nullptr : &at->second;
    }

    // That it is stuck is certain if it has not run for long.
    [[nodiscard]] Confidence confidence() const {
        const auto least = static_cast<double>(rule_of(ProcFindingKind::stuck).least);
        if (!seconds_ && seen_.interval_s < least)
            return Confidence::possible;
        // A kernel thread that was never started waits in this way, and harms nobody.
        if (rule_ != nullptr && rule_->function == "kthread")
            return Confidence::possible;
        return seconds_ ? Confidence::certain : Confidence::likely;
    }

    [[nodiscard]] std::string duration() const {
        if (seconds_)
            return "for " + format_age(static_cast<uint64_t>(*seconds_));
        return fmt::format("for at least {:.1f} s", seen_.interval_s);
    }

    [[nodiscard]] std::string file_words() const {
        if (target_ == nullptr)
            return {};
        std::string text = " on " + target_->path;
        if (target_->direct)
            text += " with O_DIRECT";
        return text;
    }

    [[nodiscard]] std::string sentence() const {
        std::string text = "has been uninterruptible (D) " + duration();
        if (const std::string doing = doing_words(details_); !doing.empty())
            text += ", " + doing + file_words();
        if (rule_ != nullptr)
            text += fmt::format("; {}it waits for {}",
                                rule_->confidence == Confidence::possible ? "perhaps " : "",
                                rule_->waits_for);
        if (device_ != nullptr && device_->suspended)
            text += fmt::format("; {} is suspended", device_words());
        return text;
    }

    [[nodiscard]] std::string device_words() const {
        return device_->mapped.empty() ? device_->name
                                       : fmt::format("{} ({})", device_->name, device_->mapped);
    }

    [[nodiscard]] std::string stack_words() const {
        std::string text;
        for (size_t i = 0; i < details_.stack.size() && i < shown_functions; ++i)
            text += (i == 0 ? "" : " < ") + details_.stack[i];
        return text;
    }

    [[nodiscard]] std::vector<std::string> evidence() const {
        const std::string task = fmt::format("/proc/{}/task/{}", task_.pid, task_.tid);
        std::vector<std::string> lines;
        lines.push_back(fmt::format("{}/status: state D twice, {:.1f} s apart, {} switches both "
                                    "times",
                                    task, seen_.interval_s, details_.switches.value_or(0)));
        if (!details_.stack.empty())
            lines.push_back(fmt::format("{}/stack: {}", task, stack_words()));
        else if (!details_.wait_function.empty())
            lines.push_back(fmt::format("{}/wchan: {}", task, details_.wait_function));
        if (details_.call)
            lines.push_back(fmt::format("{}/syscall: {}", task, system_call_name(*details_.call)));
        if (target_ != nullptr) {
            std::string file =
                fmt::format("/proc/{}/fd/{}: {}", task_.pid, target_->fd, target_->path);
            if (!target_->type.empty())
                file += fmt::format(", {} of {}", target_->type, target_->source);
            file += target_->direct ? ", O_DIRECT" : ", not O_DIRECT";
            lines.push_back(std::move(file));
        }
        if (device_ != nullptr) {
            std::string device =
                fmt::format("/sys/dev/block/{}: {}", device_->numbers, device_words());
            if (device_->suspended)
                device += ", suspended";
            if (device_->in_flight)
                device += ", " + count_of(*device_->in_flight, "request") + " in flight";
            lines.push_back(std::move(device));
        }
        for (const std::string& file : details_.unreadable)
            lines.push_back(fmt::format("{}/{}: cannot be read", task, file));
        return lines;
    }

    [[nodiscard]] std::string remedy() const {
        if (device_ != nullptr && device_->suspended)
            return "dmsetup resume " + (device_->mapped.empty() ? device_->name : device_->mapped);
        if (rule_ == nullptr)
            return "no signal ends this wait; see its stack for what it waits for";
        std::string text(rule_->remedy);
        if (rule_->killable && !text.starts_with("bring") && !task_.kernel_thread())
            text += fmt::format("{}kill -9 {} ends the wait", text.empty() ? "" : "; ", task_.pid);
        return text;
    }

    const Observation& seen_;
    const Task& task_;
    const TaskDetails& details_;
    const WaitRule* rule_;
    const FileTarget* target_;
    const BlockDevice* device_;
    std::optional<double> seconds_;
};

} // namespace

std::vector<const Task*> unswitched(const Observation& seen) {
    std::vector<const Task*> found;
    for (const Task& task : seen.after.tasks) {
        if (!task.uninterruptible())
            continue;
        const Task* earlier = seen.before.find(task);
        const auto first = seen.switches_before.find(task.tid);
        const auto second = seen.switches_after.find(task.tid);
        if (earlier != nullptr && earlier->uninterruptible() &&
            first != seen.switches_before.end() && second != seen.switches_after.end() &&
            first->second == second->second)
            found.push_back(&task);
    }
    return found;
}

std::vector<ProcFinding> stuck_findings(const Observation& seen) {
    std::vector<ProcFinding> findings;
    for (const Task* task : unswitched(seen)) {
        const TaskDetails* details = seen.details_of(task->tid);
        // It may have woken before its details were read.
        if (details == nullptr || details->switches != seen.switches_after.at(task->tid))
            continue;
        const Telling telling(seen, *task);
        if (telling.long_enough())
            findings.push_back(telling.run());
    }
    return findings;
}

} // namespace ghostmem
