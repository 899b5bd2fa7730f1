#include "lib/kmsg/conditions.h"

#include <algorithm>
#include <tuple>

#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

bool is_over(const KmsgCondition& condition, double now_s,
             const KmsgConditions::TaskStuck& task_stuck) {
    const KmsgRule& rule = *condition.rule;
    switch (rule.end) {
    case KmsgEnd::quiet:
        return now_s - condition.last_s >= static_cast<double>(rule.quiet_s);
    case KmsgEnd::task: {
        const auto field = [&](std::string_view name) {
            const auto at = condition.fields.find(name);
            return at == condition.fields.end() ? std::string() : at->second;
        };
        const auto pid = number_of<uint32_t>(field("pid"));
        return pid && !task_stuck(*pid, field("comm"));
    }
    case KmsgEnd::moment:
        return true;
    case KmsgEnd::text:
    case KmsgEnd::never:
        break;
    }
    return false;
}

} // namespace

void KmsgConditions::add(const KmsgEvent& event) {
    if (event.rule->end == KmsgEnd::moment)
        return;
    const std::string subject = event.subject();
    KmsgCondition& condition = known_[{event.rule->name, subject}];
    const double at = event.record.time_s.value_or(condition.last_s);
    if (condition.events == 0)
        condition.first_s = at;
    condition.rule = event.rule;
    condition.subject = subject;
    condition.fields = event.fields;
    condition.text = event.record.text;
    condition.last_s = at;
    ++condition.events;
}

void KmsgConditions::look_for_end(const KmsgRecord& record) {
    std::erase_if(known_, [&](const auto& each) {
        const KmsgCondition& condition = each.second;
        return std::ranges::any_of(condition.rule->end_texts, [&](const KmsgPattern& pattern) {
            auto fields = pattern.match(record.text);
            if (!fields)
                return false;
            KmsgEvent end;
            end.fields = std::move(*fields);
            return end.subject() == condition.subject;
        });
    });
}

std::vector<KmsgCondition> KmsgConditions::open(double now_s, const TaskStuck& task_stuck) const {
    std::vector<KmsgCondition> found;
    for (const auto& [key, condition] : known_) {
        if (!is_over(condition, now_s, task_stuck))
            found.push_back(condition);
    }
    std::ranges::stable_sort(found, [](const KmsgCondition& a, const KmsgCondition& b) {
        return std::tuple(b.rule->severity, a.first_s) < std::tuple(a.rule->severity, b.first_s);
    });
    return found;
}

} // namespace ghostmem
