// A file of SQLite, and statements to it. Every operation throws Error(io), which names the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ghostmem {

class Statement;

class Database {
  public:
    enum class Access { read, write };

    /// `write` creates the file if it does not exist, for its owner alone. Waits a few seconds for another process that
    /// writes to it.
    Database(const std::filesystem::path& file, Access access);

    /// Executes statements that have no result.
    void execute(const std::string& statements);
    Statement prepare(const std::string& text);
    /// Executes all of `work`, or, if that throws, nothing of it.
    void transaction(const std::function<void()>& work);
    /// Throws the error of the last operation.
    [[noreturn]] void fail() const;

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };

    std::string name_;
    std::unique_ptr<sqlite3, Close> database_;
};

class Statement {
  public:
    Statement(Database& database, sqlite3_stmt* statement)
        : database_(database), statement_(statement) {}

    /// Binds the next parameter; what does not fit into SQLite's integers is the largest of them.
    Statement& bind(uint64_t value);
    Statement& bind(const std::optional<uint64_t>& value);
    Statement& bind(std::string_view value);

    /// Returns whether there is a row.
    bool step();
    /// For a statement without rows.
    void run();

    // Columns of the row, from 0.
    [[nodiscard]] uint64_t number(int column) const;
    [[nodiscard]] std::optional<uint64_t> number_or_null(int column) const;
    [[nodiscard]] std::string text(int column) const;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    void check(int code) const;

    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
};

} // namespace ghostmem
