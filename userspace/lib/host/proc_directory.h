// Many small files below one directory of /proc, read with as few system calls as possible: hosts
// have tens of thousands of tasks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace ghostmem {

class ProcDirectory {
  public:
    explicit ProcDirectory(const std::filesystem::path& path);
    ~ProcDirectory();
    ProcDirectory(const ProcDirectory&) = delete;
    ProcDirectory& operator=(const ProcDirectory&) = delete;

    [[nodiscard]] bool good() const { return fd_ >= 0; }

    /// Reads the beginning of a file, at most 4 KiB, in a single read(), which is a consistent
    /// state of it. The text is valid until the next call. Empty: it cannot be read; then error()
    /// says why.
    std::string_view read(const char* name);
    [[nodiscard]] int error() const { return error_; }

    /// Calls `visit` for each entry of the subdirectory (of this one: ".") whose name is a number.
    /// Returns false if the directory cannot be read.
    bool each_number(const char* name, const std::function<void(uint32_t number)>& visit);

  private:
    int fd_;
    int error_ = 0;
    std::array<char, 4096> buffer_{};
};

} // namespace ghostmem
