#include "lib/model/hook.h"

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

std::string_view name_of(HookKind kind) {
    switch (kind) {
    case HookKind::kretprobe:
        return "kretprobe";
    case HookKind::function:
        return "function";
    case HookKind::tracepoint:
        break;
    }
    return "tracepoint";
}

std::string_view name_of(HookState state) {
    switch (state) {
    case HookState::attached:
        return "attached";
    case HookState::missing:
        return "missing";
    case HookState::failed:
        return "failed";
    case HookState::absent:
        return "absent";
    case HookState::deaf:
        return "deaf";
    case HookState::detached:
        break;
    }
    return "detached";
}

std::string deaf_words(const Hook& hook) {
    if (!hook.deaf_s)
        return {};
    return fmt::format("{} deaf for {}, when the host had its kprobes disarmed (debugfs "
                       "kprobes/enabled or sysctl kernel.ftrace_enabled)",
                       hook.state == HookState::deaf ? "has been" : "was",
                       format_age(*hook.deaf_s));
}

} // namespace ghostmem
