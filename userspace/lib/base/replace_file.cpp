#include "lib/base/replace_file.h"

#include <cerrno>
#include <csignal>
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

// Keeps the signals that usually end a process waiting, so that none comes while a file has its
// temporary name.
class SignalsWait {
  public:
    SignalsWait() {
        sigset_t signals;
        sigemptyset(&signals);
        for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGXCPU})
            sigaddset(&signals, signal);
        pthread_sigmask(SIG_BLOCK, &signals, &before_);
    }
    ~SignalsWait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsWait(const SignalsWait&) = delete;
    SignalsWait& operator=(const SignalsWait&) = delete;

  private:
    sigset_t before_;
};

// Gives a file without a name this one; false with errno, EEXIST for example.
bool give_name(int fd, const fs::path& path) {
    // AT_EMPTY_PATH takes a capability, and the other way takes /proc.
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    return ::linkat(fd, "", AT_FDCWD, path.c_str(), AT_EMPTY_PATH) == 0 ||
           (errno != EEXIST &&
            ::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0);
}

bool fill(const Descriptor& file, std::string_view content, mode_t mode) {
    return file.write(content) && ::fchmod(file.get(), mode) == 0 && ::fsync(file.get()) == 0;
}

[[noreturn]] void fail_without(const std::string& temporary, const fs::path& path) {
    const int error = errno;
    ::unlink(temporary.c_str());
    errno = error;
    fail(path);
}

/// A name beside `path` that no other process uses.
std::string temporary_name(const fs::path& path) {
    return path.string() + "." + std::to_string(::getpid());
}

// The file has no name until it is complete, so that nothing is left of a process that is killed
// while it writes. A file that exists can only be replaced by one with a name, which it then has
// for the moment between two system calls. Returns false if the file system has no such files.
bool write_without_name(const fs::path& path, std::string_view content, mode_t mode) {
    const fs::path parent = path.has_parent_path() ? path.parent_path() : ".";
    Descriptor file(::open(parent.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (file.get() < 0)
        return false;
    if (!fill(file, content, mode))
        fail(path);
    if (give_name(file.get(), path))
        return true;
    if (errno != EEXIST)
        return false;
    const SignalsWait signals;
    const std::string temporary = temporary_name(path);
    // Of an earlier process with this number, which was killed at that moment.
    ::unlink(temporary.c_str());
    if (!give_name(file.get(), temporary))
        return false;
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        fail_without(temporary, path);
    return true;
}

void write_and_rename(const fs::path& path, std::string_view content, mode_t mode) {
    if (write_without_name(path, content, mode))
        return;
    const SignalsWait signals;
    std::string name = path.string() + ".XXXXXX";
    Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (file.get() < 0)
        fail(path);
    if (!fill(file, content, mode) || !file.close() || ::rename(name.c_str(), path.c_str()) != 0)
        fail_without(name, path);
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
