// Hooks that do not see everything.
#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

void look_at(const Hook& hook, std::vector<Finding>& findings) {
    if (hook.needed && hook.state != HookState::attached)
        findings.push_back({.sentence = fmt::format("Hook {} is {}: {}.", hook.name,
                                                    name_of(hook.state), hook.consequence)});
    if (hook.deaf_s)
        findings.push_back({.sentence = fmt::format("Hook {} {}: {}.", hook.name, deaf_words(hook),
                                                    hook.consequence)});
    if (hook.missed != 0)
        findings.push_back(
            {.sentence = fmt::format("The kernel could not deliver {} to hook {}: {}.",
                                     count_of(hook.missed, "event"), hook.name, hook.consequence)});
}

std::vector<Finding> find(const VerdictInput& in) {
    std::vector<Finding> findings;
    if (!in.status || in.status->disabled_reason || in.status->change ||
        in.status->mode == Mode::off)
        return findings;
    for (const Hook& hook : in.status->hooks)
        look_at(hook, findings);
    return findings;
}

} // namespace

extern const Rule hooks_rule{
    .name = "hooks",
    .finds = "A hook that is needed is not attached, a hook is or was *deaf* (attached, but the "
             "kernel does not call it, because "
             "kprobes or ftrace were switched off), or the kernel could not deliver events to it.",
    .levels = "A warning: what that hook would have seen is missing from the figures.",
    .sure = "Certain; the module tests each hook that it can by an allocation of its own.",
    .check = "`cat /sys/kernel/debug/kprobes/enabled`, `sysctl kernel.ftrace_enabled`.",
    .find = find,
};

} // namespace ghostmem
