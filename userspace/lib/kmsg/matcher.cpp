#include "lib/kmsg/matcher.h"

#include <utility>

namespace ghostmem {

namespace {

// A trace is not longer, even with registers, code bytes and a list of all modules.
constexpr size_t longest_trace = 120;

// Lines of a trace that name something, on each architecture and of each age.
const std::vector<KmsgPattern>& trace_patterns() {
    static const std::vector<KmsgPattern> patterns = [] {
        std::vector<KmsgPattern> all;
        for (const char* text : {
                 // 5.0 and later; "UID: 0" since 6.12
                 "CPU: {cpu} {}PID: {pid} Comm: {comm} Tainted: ",
                 "CPU: {cpu} {}PID: {pid} Comm: {comm} Not tainted",
                 // 3.10: "Pid: 123, comm: foo Tainted: G"
                 "^Pid: {pid}, comm: {comm} Tainted: ",
                 "^Pid: {pid}, comm: {comm} Not tainted",
                 // x86: "RIP: 0010:e1000_clean+0x12/0x30 [e1000]"; before 4.10 with an address
                 "^RIP: 0010:[<{address}>]  [<{}>] {function}",
                 "^RIP: 0010:{function}",
                 "^RIP: e030:{function}",
                 "^IP: [<{address}>] {function}",
                 "^IP: {function}",
                 // arm64, riscv
                 "^pc : {function}",
                 "^epc : {function}",
                 "^NIP [{address}] {function}",
             })
            all.emplace_back(text);
        return all;
    }();
    return patterns;
}

} // namespace

std::string KmsgEvent::subject() const {
    for (const char* name :
         {"device", "pid", "name", "port", "path", "module", "function", "cpu"}) {
        const auto at = fields.find(name);
        if (at != fields.end())
            return at->second;
    }
    return {};
}

std::optional<KmsgEvent> KmsgMatcher::match(const KmsgRecord& record) const {
    for (const KmsgRule& rule : rules_) {
        for (const KmsgPattern& pattern : rule.patterns) {
            if (auto fields = pattern.match(record.text))
                return KmsgEvent{&rule, record, std::move(*fields)};
        }
    }
    return std::nullopt;
}

void KmsgMatcher::look_at_trace(const KmsgRecord& record) {
    ++trace_records_;
    if (record.text.starts_with("---[ end trace") || record.text.starts_with("</TASK>"))
        trace_ended_ = true;
    for (const KmsgPattern& pattern : trace_patterns()) {
        auto fields = pattern.match(record.text);
        if (!fields)
            continue;
        fields->erase("address");
        // What the message itself names is more to the point.
        const bool has_function = traced_->fields.contains("function");
        for (auto& [name, value] : *fields) {
            if (name != "module" || !has_function)
                traced_->fields.try_emplace(name, std::move(value));
        }
        return;
    }
}

std::vector<KmsgEvent> KmsgMatcher::take(const KmsgRecord& record) {
    std::vector<KmsgEvent> events;
    if (traced_) {
        look_at_trace(record);
        // "Oops:" and "BUG:" are of the same event; a new one with a trace begins another.
        if (trace_ended_ || trace_records_ >= longest_trace)
            events.push_back(*finish());
    }
    auto event = match(record);
    if (!event)
        return events;
    if (!event->rule->trace) {
        events.push_back(std::move(*event));
        return events;
    }
    if (auto before = finish())
        events.push_back(std::move(*before));
    traced_ = std::move(event);
    return events;
}

std::optional<KmsgEvent> KmsgMatcher::finish() {
    trace_records_ = 0;
    trace_ended_ = false;
    return std::exchange(traced_, std::nullopt);
}

} // namespace ghostmem
