#include "lib/base/replace_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

namespace fs = std::filesystem;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool write(std::string_view content) const {
        while (!content.empty()) {
            const ssize_t written = ::write(fd_, content.data(), content.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return false;
            content.remove_prefix(static_cast<size_t>(written));
        }
        return true;
    }
    [[nodiscard]] bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

  private:
    int fd_;
};

[[noreturn]] void fail(const fs::path& path) {
    throw Error(ErrorKind::io, "cannot write " + path.string() + ": " + std::strerror(errno) +
                                   "; choose another file");
}

void write_directly(const fs::path& path, std::string_view content) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0 || !file.write(content) || !file.close())
        fail(path);
}

// The mode that a plain open() would give to a new file; that of mkstemp() is stricter.
mode_t mode_for_new_files() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

void write_and_rename(const fs::path& path, std::string_view content, mode_t mode) {
    std::string name = path.string() + ".XXXXXX";
    Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (file.get() < 0)
        fail(path);
    if (file.write(content) && ::fchmod(file.get(), mode) == 0 && ::fsync(file.get()) == 0 &&
        file.close() && ::rename(name.c_str(), path.c_str()) == 0)
        return;
    const int error = errno;
    ::unlink(name.c_str());
    errno = error;
    fail(path);
}

} // namespace

void replace_file(const fs::path& path, std::string_view content) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
        if (errno != ENOENT || fs::is_symlink(path))
            fail(path);
        write_and_rename(path, content, mode_for_new_files());
    } else if (!S_ISREG(found.st_mode)) {
        write_directly(path, content);
    } else {
        std::error_code error;
        const fs::path target = fs::canonical(path, error);
        write_and_rename(error ? path : target, content, found.st_mode & 07777);
    }
}

} // namespace ghostmem
