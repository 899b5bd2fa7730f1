#include "lib/history/database.h"

#include <algorithm>
#include <limits>

#include <sqlite3.h>
#include <sys/stat.h>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

constexpr int patience_ms = 5000;

int64_t as_integer(uint64_t value) {
    constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return static_cast<int64_t>(std::min(value, most));
}

} // namespace

void Database::Close::operator()(sqlite3* database) const {
    sqlite3_close(database);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Database::Database(const std::filesystem::path& file, Access access) : name_(file.string()) {
    const int flags =
        access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* opened = nullptr;
    // Findings name processes and devices, which are not everybody's business.
    const mode_t before = umask(0077);
    const int code = sqlite3_open_v2(name_.c_str(), &opened, flags, nullptr);
    umask(before);
    database_.reset(opened);
    if (code != SQLITE_OK)
        fail();
    sqlite3_busy_timeout(opened, patience_ms);
}

void Database::fail() const {
    if (!database_)
        throw Error(ErrorKind::io, name_ + ": no memory");
    // Only the first byte is the code; the others say more about it.
    const int code = sqlite3_errcode(database_.get()) & 0xff;
    std::string what = sqlite3_errmsg(database_.get());
    if (code == SQLITE_NOTADB)
        what = "it is no database of SQLite; is it a file of another program?";
    else if (code == SQLITE_BUSY)
        what = "another leakctl writes to it; try again";
    else if (code == SQLITE_CORRUPT)
        what = "it is damaged (" + what + "); move it away, and the history begins anew";
    else if (code == SQLITE_CANTOPEN)
        what = "cannot open it: are you root, and is its directory there?";
    throw Error(ErrorKind::io, name_ + ": " + what);
}

void Database::execute(const std::string& statements) {
    if (sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail();
}

Statement Database::prepare(const std::string& text) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), text.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        fail();
    return {*this, statement};
}

void Database::transaction(const std::function<void()>& work) {
    // At once for writing: a transaction that only later wants to write cannot wait for another.
    execute("BEGIN IMMEDIATE");
    try {
        work();
        execute("COMMIT");
    } catch (...) {
        sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        throw;
    }
}

void Statement::check(int code) const {
    if (code != SQLITE_OK)
        database_.fail();
}

Statement& Statement::bind(uint64_t value) {
    check(sqlite3_bind_int64(statement_.get(), ++bound_, as_integer(value)));
    return *this;
}

Statement& Statement::bind(const std::optional<uint64_t>& value) {
    if (value)
        return bind(*value);
    check(sqlite3_bind_null(statement_.get(), ++bound_));
    return *this;
}

Statement& Statement::bind(std::string_view value) {
    check(sqlite3_bind_text64(statement_.get(), ++bound_, value.data(), value.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        database_.fail();
    return code == SQLITE_ROW;
}

void Statement::run() {
    while (step()) {
    }
}

uint64_t Statement::number(int column) const {
    return static_cast<uint64_t>(
        std::max<int64_t>(sqlite3_column_int64(statement_.get(), column), 0));
}

std::optional<uint64_t> Statement::number_or_null(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL)
        return std::nullopt;
    return number(column);
}

std::string Statement::text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return bytes == nullptr
               ? std::string()
               : std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

} // namespace ghostmem
