#include "lib/snapshot/log.h"

#include <map>

#include "lib/base/error.h"
#include "lib/base/words.h"
#include "lib/kmsg/conditions.h"
#include "lib/kmsg/matcher.h"
#include "lib/kmsg/reader.h"

namespace ghostmem {

namespace {

class Log {
  public:
    Log(std::vector<KmsgRule> rules, uint64_t from) : rules_(std::move(rules)), from_(from) {}

    void take(const KmsgRecord& record) {
        first_ = first_.value_or(record.sequence.value_or(0));
        // Whoever may write to /dev/kmsg could otherwise make findings.
        if (!record.from_kernel)
            return;
        conditions_.look_for_end(record);
        for (const KmsgEvent& event : matcher_.take(record))
            note(event);
    }

    void finish() {
        if (const auto event = matcher_.finish())
            note(*event);
    }

    void put_into(SnapshotLog& log, double now_s, const KmsgConditions::TaskStuck& stuck) const {
        if (from_ != 0 && first_ && *first_ > from_)
            log.missed = *first_ - from_;
        for (const KmsgCondition& condition : conditions_.open(now_s, stuck))
            log.conditions.push_back({.rule = condition.rule->name,
                                      .severity = condition.rule->severity,
                                      .subject = printable(condition.subject),
                                      .text = printable(condition.text),
                                      .first_s = condition.first_s,
                                      .last_s = condition.last_s,
                                      .events = condition.events});
        for (const auto& [name, events] : events_)
            log.events.push_back(events);
    }

  private:
    void note(const KmsgEvent& event) {
        conditions_.add(event);
        if (event.record.sequence.value_or(from_) < from_)
            return;
        SnapshotEvents& events = events_[event.rule->name];
        events.rule = event.rule->name;
        events.severity = event.rule->severity;
        ++events.events;
        events.text = printable(event.record.text);
        events.last_s = event.record.time_s.value_or(events.last_s);
    }

    const std::vector<KmsgRule> rules_;
    const uint64_t from_;
    std::optional<uint64_t> first_;
    KmsgMatcher matcher_{rules_};
    KmsgConditions conditions_;
    std::map<std::string, SnapshotEvents> events_;
};

} // namespace

void take_log(Snapshot& snapshot, const std::filesystem::path& root, uint64_t from,
              const TaskList& tasks) {
    std::vector<KmsgRule> rules;
    try {
        rules = load_kmsg_rules(root);
    } catch (const Error& error) {
        // A wrong rule of the host's must not hide what the built-in rules find.
        snapshot.missing.push_back(
            {"log", std::string("only the built-in rules are used: ") + error.what()});
        rules = builtin_kmsg_rules();
    }
    Log log(std::move(rules), from);
    const auto cursor = read_kmsg(root, 0, [&](const KmsgRecord& record) { log.take(record); });
    if (!cursor) {
        snapshot.missing.push_back({"log", "/dev/kmsg may not be read; run it as root"});
        return;
    }
    log.finish();
    SnapshotLog& seen = snapshot.log.emplace();
    seen.next = cursor->next;
    log.put_into(seen, snapshot.host.uptime_s, [&](uint32_t pid, const std::string& comm) {
        const Task* task = tasks.find(pid);
        return task != nullptr && task->uninterruptible() && (comm.empty() || task->comm == comm);
    });
}

} // namespace ghostmem
