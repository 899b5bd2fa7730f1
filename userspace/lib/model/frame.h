// A frame of a stack, as a plain value. The uapi header defines the terms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <linux/ghostmem.h>

namespace ghostmem {

enum class CodeState : uint32_t {
    builtin = GHOSTMEM_CODE_BUILTIN,
    live = GHOSTMEM_CODE_LIVE,
    unloaded = GHOSTMEM_CODE_UNLOADED,
};

/// Returns a stable word, the one that JSON uses.
std::string_view name_of(CodeState state);

struct Frame {
    std::string symbol;  ///< empty: the kernel has no symbol for it
    uint32_t offset = 0; ///< bytes into the symbol
    uint32_t size = 0;   ///< bytes of the symbol; 0: not known
    std::string module;  ///< empty: the kernel image
    CodeState state = CodeState::builtin;
    std::string srcversion; ///< of frozen code, if the module reports it
    std::string code;       ///< the build of the code: see CodeIdentity
};

/// "symbol+0x1a/0x40 [module, unloaded]", as a kernel log would write it.
std::string describe(const Frame& frame);

} // namespace ghostmem
