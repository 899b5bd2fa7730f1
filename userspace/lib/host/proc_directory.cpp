#include "lib/host/proc_directory.h"

#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/host/proc_numbers.h"

namespace ghostmem {

ProcDirectory::ProcDirectory(const std::filesystem::path& path)
    : fd_(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

ProcDirectory::~ProcDirectory() {
    if (fd_ >= 0)
        close(fd_);
}

std::string_view ProcDirectory::read(const char* name) {
    error_ = 0;
    const int file = openat(fd_, name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        error_ = errno;
        return {};
    }
    const ssize_t length = ::read(file, buffer_.data(), buffer_.size());
    if (length < 0)
        error_ = errno;
    close(file);
    return length <= 0 ? std::string_view()
                       : std::string_view(buffer_.data(), static_cast<size_t>(length));
}

bool ProcDirectory::each_number(const char* name,
                                const std::function<void(uint32_t number)>& visit) {
    error_ = 0;
    const int at = openat(fd_, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* directory = at < 0 ? nullptr : fdopendir(at);
    if (directory == nullptr) {
        error_ = errno;
        if (at >= 0)
            close(at);
        return false;
    }
    while (const dirent* entry = readdir(directory)) {
        if (const auto number = number_of<uint32_t>(entry->d_name))
            visit(*number);
    }
    closedir(directory);
    return true;
}

} // namespace ghostmem
