#include "output/text/ascii.h"

#include <string_view>
#include <utility>

namespace ghostmem::output {

namespace {

constexpr std::pair<std::string_view, std::string_view> replacements[] = {{"±", "+-"},
                                                                          {"…", "..."}};

} // namespace

std::string to_ascii(std::string text) {
    for (const auto& [from, to] : replacements) {
        for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
            text.replace(at, from.size(), to);
    }
    return text;
}

} // namespace ghostmem::output
