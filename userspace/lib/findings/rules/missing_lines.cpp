// Lines of /proc/meminfo that cannot be.
#include <fmt/format.h>

#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

std::vector<Finding> find(const VerdictInput& in) {
    if (!in.lines_are_missing())
        return {};
    std::string lines;
    for (const MeminfoOddLine& line : in.odd_lines) {
        if (line.needed)
            lines += fmt::format("{}{}: {}", lines.empty() ? "" : ", ", line.name, line.value);
    }
    return {
        {.sentence = fmt::format("How much is in ghosts cannot be said: /proc/meminfo has values "
                                 "that cannot be and are left out ({}).",
                                 lines)}};
}

} // namespace

extern const Rule missing_lines_rule{
    .name = "missing_lines",
    .finds = "A line of `/proc/meminfo` that the ledger needs has a value that cannot be, such as "
             "more than all memory, and "
             "was left out. How large ghosts are is then not judged.",
    .levels = "A warning.",
    .sure = "Certain.",
    .check = "`cat /proc/meminfo`. Containers that emulate the file, and some vendors' kernels, "
             "print such values.",
    .find = find,
};

} // namespace ghostmem
