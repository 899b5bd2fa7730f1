#include "lib/model/frame.h"

#include <fmt/format.h>

namespace ghostmem {

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
