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

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<size_t>& widths) const {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths[i] - width_of(cells[i]), ' ');
        text += i == 0 ? "" : "  ";
        text += columns_[i].align == Align::right ? padding + cells[i] : cells[i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

void Table::print(std::ostream& out, const Style& style, const std::string& indent) const {
    const std::vector<size_t> all = widths();
    std::vector<std::string> titles;
    for (const Column& column : columns_)
        titles.push_back(column.title);
    out << indent << style.bold(line(titles, all)) << '\n';
    for (const Row& row : rows_) {
        out << indent << line(row.cells, all) << '\n';
        for (const std::string& below : row.below)
            out << indent << below << '\n';
    }
}

} // namespace ghostmem::output
