// The columns of a report. Each one is defined in one place: its title, its alignment and its
// cells.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "output/text/table.h"

namespace ghostmem::output {

template <typename Row> struct Column {
    std::string title;
    Align align;
    std::function<std::string(const Row&)> cell;
    size_t narrowest = 0; ///< see Table::Column
};

template <typename Row> class Columns {
  public:
    Columns(std::initializer_list<Column<Row>> columns) : columns_(columns) {}

    /// Appends a column.
    void add(Column<Row> column) { columns_.push_back(std::move(column)); }
    /// Appends a column if `condition` is true.
    void add_if(bool condition, Column<Row> column) {
        if (condition)
            add(std::move(column));
    }

    /// Returns a table with these titles and without rows.
    [[nodiscard]] Table table() const {
        std::vector<Table::Column> titles;
        for (const Column<Row>& column : columns_)
            titles.push_back({column.title, column.align, column.narrowest});
        return Table(std::move(titles));
    }

    [[nodiscard]] std::vector<std::string> cells(const Row& row) const {
        std::vector<std::string> cells;
        for (const Column<Row>& column : columns_)
            cells.push_back(column.cell(row));
        return cells;
    }

  private:
    std::vector<Column<Row>> columns_;
};

} // namespace ghostmem::output
