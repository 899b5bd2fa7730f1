// reference FILE: prints FILE, with its generated parts replaced by new ones made from the command
// descriptors and the rules of the verdict. Such a part lies between a line that ends with "begin
// generated: NAME" and one that ends with "end generated"; " -->" may follow.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "command_line.h"
#include "reference/completion.h"
#include "reference/manual.h"
#include "reference/verdicts.h"

namespace {

using namespace ghostmem;

const std::map<std::string, std::function<void(std::ostream&, const CommandLine&)>> parts{
    {"completion", reference::completion}, {"synopsis", reference::synopsis},
    {"commands", reference::commands},     {"rules", reference::rules},
    {"thresholds", reference::thresholds},
};

std::string without_comment_end(const std::string& line) {
    constexpr std::string_view end = " -->";
    return line.ends_with(end) ? line.substr(0, line.size() - end.size()) : line;
}

bool rewrite(std::istream& in, std::ostream& out) {
    const CommandLine line;
    constexpr std::string_view begin = "begin generated: ";
    bool inside = false;
    for (std::string text; std::getline(in, text);) {
        const std::string mark = without_comment_end(text);
        if (mark.ends_with("end generated"))
            inside = false;
        if (!inside)
            out << text << '\n';
        if (const size_t at = mark.find(begin); at != std::string::npos) {
            const auto part = parts.find(mark.substr(at + begin.size()));
            if (part == parts.end())
                return false;
            part->second(out, line);
            inside = true;
        }
    }
    return !inside;
}

} // namespace

int main(int argc, char** argv) {
    std::ifstream in(argc == 2 ? argv[1] : "");
    if (!in || !rewrite(in, std::cout) || !std::cout.flush()) {
        std::cerr << "reference: cannot read the file, or what it asks for is not known\n";
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
