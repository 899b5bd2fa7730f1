#include "output/text/table.h"

#include <algorithm>
#include <utility>

namespace ghostmem::output {

namespace {

// Returns the width in terminal columns: UTF-8 continuation bytes take no column.
size_t width_of(const std::string& text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

/// Cuts ASCII text in its middle, because both ends of a function's name tell it apart. Other text
/// stays as it is.
std::string shortened(const std::string& text, size_t width, const Style& style) {
    if (width_of(text) <= width || width_of(text) != text.size())
        return text;
    const size_t kept = width - width_of(std::string(style.ellipsis()));
    return text.substr(0, kept - kept / 2) + std::string(style.ellipsis()) +
           text.substr(text.size() - kept / 2);
}

} // namespace

void Table::add(std::vector<std::string> cells, std::vector<std::string> below) {
    cells.resize(columns_.size());
    rows_.push_back({std::move(cells), std::move(below)});
}

std::vector<size_t> Table::widths() const {
    std::vector<size_t> widths;
    for (size_t i = 0; i < columns_.size(); ++i) {
        size_t width = width_of(columns_[i].title);
        for (const Row& row : rows_)
            width = std::max(width, width_of(row.cells[i]));
        widths.push_back(width);
    }
    return widths;
}

// Takes what is too much from the widest of the columns that may shrink, one by one.
void Table::fit(std::vector<size_t>& widths, size_t width) const {
    size_t total = 2 * (widths.size() - 1);
    for (const size_t one : widths)
        total += one;
    while (total > width) {
        size_t widest = widths.size();
        for (size_t i = 0; i < widths.size(); ++i) {
            if (columns_[i].narrowest != 0 && widths[i] > columns_[i].narrowest &&
                (widest == widths.size() || widths[i] > widths[widest]))
                widest = i;
        }
        if (widest == widths.size())
            return;
        --widths[widest];
        --total;
    }
}

std::string Table::line(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                        const Style& style) const {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
        const std::string cell = shortened(cells[i], widths[i], style);
        const std::string padding(widths[i] - std::min(widths[i], width_of(cell)), ' ');
        text += i == 0 ? "" : "  ";
        text += columns_[i].align == Align::right ? padding + cell : cell + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

void Table::print(std::ostream& out, const Style& style, const std::string& indent) const {
    std::vector<size_t> all = widths();
    fit(all, style.width() - std::min(style.width(), indent.size()));
    std::vector<std::string> titles;
    for (const Column& column : columns_)
        titles.push_back(column.title);
    out << indent << style.bold(line(titles, all, style)) << '\n';
    for (const Row& row : rows_) {
        out << indent << line(row.cells, all, style) << '\n';
        for (const std::string& below : row.below)
            out << indent << below << '\n';
    }
}

} // namespace ghostmem::output
