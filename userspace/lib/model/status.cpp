#include "lib/model/status.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

std::string_view name_of(Mode mode) {
    switch (mode) {
    case Mode::exact:
        return "exact";
    case Mode::sampled:
        return "sampled";
    case Mode::off:
        break;
    }
    return "off";
}

std::string_view name_of(Change change) {
    switch (change) {
    case Change::arming:
        return "arming";
    case Change::disarming:
        return "disarming";
    case Change::resetting:
        break;
    }
    return "resetting";
}

std::string_view name_of(CodeState state) {
    switch (state) {
    case CodeState::live:
        return "live";
    case CodeState::unloaded:
        return "unloaded";
    case CodeState::builtin:
        break;
    }
    return "builtin";
}

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

std::optional<uint32_t> unwound_ppm(const Status& status) {
    uint64_t stacks = 0;
    for (const Hook& hook : status.hooks) {
        if (hook.name == "page_alloc" || hook.name == "alloc_bulk" || hook.name == "alloc_contig")
            stacks += hook.events;
    }
    if (stacks == 0)
        return std::nullopt;
    const double share = static_cast<double>(status.stacks_unwound) / static_cast<double>(stacks);
    return static_cast<uint32_t>(std::min(share, 1.0) * 1e6);
}

uint64_t interval_bytes(uint32_t level, uint32_t page_size) {
    return level == 0 || level > 63 ? 0 : pages_to_bytes(uint64_t{1} << level, page_size);
}

uint64_t pages_to_bytes(uint64_t pages, uint32_t page_size) {
    constexpr auto most = std::numeric_limits<uint64_t>::max();
    if (page_size != 0 && pages > most / page_size)
        return most;
    return pages * page_size;
}

std::string describe(const Frame& frame) {
    std::string text;
    if (frame.symbol.empty())
        text = "(no symbol)";
    else if (frame.size != 0)
        text = fmt::format("{}+{:#x}/{:#x}", frame.symbol, frame.offset, frame.size);
    else
        text = fmt::format("{}+{:#x}", frame.symbol, frame.offset);
    if (!frame.module.empty()) {
        const char* gone = frame.state == CodeState::unloaded ? ", unloaded" : "";
        text += fmt::format(" [{}{}]", frame.module, gone);
    }
    return text;
}

} // namespace ghostmem
