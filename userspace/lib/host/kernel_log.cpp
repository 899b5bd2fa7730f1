#include "lib/host/kernel_log.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace ghostmem {

namespace {

/// The longest record that the kernel gives (CONSOLE_EXT_LOG_MAX).
constexpr size_t longest_record = 8192;

} // namespace

std::optional<std::string> read_kernel_log(const std::filesystem::path& root) {
    const int fd = open((root / "dev/kmsg").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    std::string log;
    std::array<char, longest_record> record{};
    for (;;) {
        const ssize_t length = ::read(fd, record.data(), record.size());
        // EPIPE reports once that records were overwritten before they were read; reading goes on.
        if (length < 0 && (errno == EPIPE || errno == EINTR))
            continue;
        if (length <= 0)
            break;
        // "6,339,5140900,-;message", then lines that begin with a space: its dictionary.
        std::string_view text(record.data(), static_cast<size_t>(length));
        text = text.substr(0, text.find('\n'));
        log += text.substr(std::min(text.find(';') + 1, text.size()));
        log += '\n';
    }
    close(fd);
    return log;
}

} // namespace ghostmem
