#include "output/text/check.h"

#include <algorithm>
#include <cctype>
#include <string>

#include <fmt/format.h>

namespace ghostmem::output::text {

namespace {

// More are counted only: such a line is shown in a table, or sent to a telephone.
constexpr size_t shown = 3;

// '|' begins the performance data, and a second line would not be shown.
std::string in_one_line(std::string text) {
    std::ranges::replace(text, '|', '/');
    std::ranges::replace(text, '\n', ' ');
    while (text.ends_with('.'))
        text.pop_back();
    return text;
}

std::string figure_text(const CheckFigure& figure) {
    const auto limit = [](const std::optional<uint64_t>& value) {
        return value ? std::to_string(*value) : std::string();
    };
    return fmt::format(" {}={}{};{};{};0;{}", figure.name, figure.value, figure.unit,
                       limit(figure.warning), limit(figure.critical), limit(figure.most));
}

} // namespace

void check(std::ostream& out, const Style& /* style */, const CheckReport& report) {
    std::string state(name_of(report.state));
    std::ranges::transform(state, state.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string text;
    for (size_t i = 0; i < std::min(report.items.size(), shown); ++i)
        text += in_one_line(report.items[i].sentence) + "; ";
    if (report.items.size() > shown)
        text += fmt::format("{} more; ", report.items.size() - shown);
    out << "GHOSTMEM " << state << " - " << text << in_one_line(report.summary);
    if (!report.figures.empty())
        out << " |";
    for (const CheckFigure& figure : report.figures)
        out << figure_text(figure);
    out << '\n';
}

} // namespace ghostmem::output::text
