// Aligned columns.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "output/text/style.h"

namespace ghostmem::output {

enum class Align { left, right };

class Table {
  public:
    struct Column {
        std::string title;
        Align align = Align::left;
        /// Long cells may be cut in their middle, down to this width; 0: they may not.
        size_t narrowest = 0;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// Adds a row with one cell per column; the lines in `below` are printed unchanged under it.
    void add(std::vector<std::string> cells, std::vector<std::string> below = {});

    /// Prints the table without trailing spaces. If it is wider than the style's width, the widest
    /// of the columns that may shrink do so.
    void print(std::ostream& out, const Style& style, const std::string& indent = "") const;

  private:
    struct Row {
        std::vector<std::string> cells;
        std::vector<std::string> below;
    };

    [[nodiscard]] std::vector<size_t> widths() const;
    void fit(std::vector<size_t>& widths, size_t width) const;
    [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                   const std::vector<size_t>& widths, const Style& style) const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

} // namespace ghostmem::output
