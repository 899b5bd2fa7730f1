// A hook of the module, as a plain value. The uapi header defines the terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <linux/ghostmem.h>

namespace ghostmem {

enum class HookKind : uint32_t {
    tracepoint = GHOSTMEM_HOOK_TRACEPOINT,
    kretprobe = GHOSTMEM_HOOK_KRETPROBE,
    function = GHOSTMEM_HOOK_FUNCTION,
};

enum class HookState : uint32_t {
    detached = GHOSTMEM_HOOK_DETACHED,
    attached = GHOSTMEM_HOOK_ATTACHED,
    missing = GHOSTMEM_HOOK_MISSING,
    failed = GHOSTMEM_HOOK_FAILED,
    absent = GHOSTMEM_HOOK_ABSENT, ///< this kernel has nothing of this kind to hook
    deaf = GHOSTMEM_HOOK_DEAF,     ///< attached, but not called by the kernel
};

/// Return stable words, the ones that JSON uses.
std::string_view name_of(HookKind kind);
std::string_view name_of(HookState state);

struct Hook {
    std::string name;
    std::string target; ///< empty: none was found
    HookKind kind = HookKind::tracepoint;
    HookState state = HookState::detached;
    bool needed = false;
    std::string consequence;
    uint64_t events = 0;
    uint64_t missed = 0;
    std::optional<uint64_t> deaf_s; ///< for how long it was deaf; nullopt: never
};

/// "has been deaf for 12s, when the host ..." or "was deaf for ..."; empty if it never was deaf.
std::string deaf_words(const Hook& hook);

} // namespace ghostmem
