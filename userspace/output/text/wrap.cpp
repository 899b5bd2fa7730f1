#include "output/text/wrap.h"

#include <algorithm>

namespace ghostmem::output {

std::string wrapped(const std::string& text, size_t indent) {
    std::string result;
    size_t column = indent;
    for (size_t from = 0; from < text.size();) {
        const size_t space = std::min(text.find(' ', from), text.size());
        const std::string word = text.substr(from, space - from);
        const bool first = column == indent;
        if (!first && column + 1 + word.size() > line_width) {
            result += "\n" + std::string(indent, ' ') + word;
            column = indent + word.size();
        } else {
            result += (first ? "" : " ") + word;
            column += word.size() + (first ? 0 : 1);
        }
        from = space + 1;
    }
    return result;
}

std::vector<std::string> listed(const std::vector<std::string>& words, size_t indent) {
    std::vector<std::string> lines;
    for (const std::string& word : words) {
        const bool fits =
            !lines.empty() &&
            lines.back().size() + std::string(", ,").size() + word.size() <= line_width;
        if (fits)
            lines.back() += ", " + word;
        else {
            if (!lines.empty())
                lines.back() += ",";
            lines.push_back(std::string(indent, ' ') + word);
        }
    }
    return lines;
}

} // namespace ghostmem::output
