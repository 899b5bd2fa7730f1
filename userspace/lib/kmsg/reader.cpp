#include "lib/kmsg/reader.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

/// The longest record that the kernel gives (CONSOLE_EXT_LOG_MAX).
constexpr size_t longest_record = 8192;

} // namespace

std::optional<KmsgCursor> read_kmsg(const std::filesystem::path& root, uint64_t from,
                                    const std::function<void(const KmsgRecord&)>& visit) {
    const int fd = open((root / "dev/kmsg").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    KmsgCursor cursor;
    cursor.next = from;
    std::array<char, longest_record> buffer{};
    for (;;) {
        const ssize_t length = ::read(fd, buffer.data(), buffer.size());
        // EPIPE reports once that records were overwritten before they were read.
        if (length < 0 && (errno == EPIPE || errno == EINTR))
            continue;
        if (length <= 0)
            break;
        const auto record = parse_kmsg_record({buffer.data(), static_cast<size_t>(length)});
        if (!record || *record->sequence < from)
            continue;
        if (from != 0 && *record->sequence > cursor.next)
            cursor.missed += *record->sequence - cursor.next;
        cursor.next = *record->sequence + 1;
        visit(*record);
        // Numbers from before are passed over, also those that are missing at the beginning.
        from = cursor.next;
    }
    close(fd);
    return cursor;
}

void read_saved_log(const std::filesystem::path& file,
                    const std::function<void(const KmsgRecord&)>& visit) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (const auto record = parse_log_line(line))
            visit(*record);
    }
    if (!stream.eof())
        throw Error(ErrorKind::io, "cannot read " + file.native() + ": " +
                                       std::strerror(errno != 0 ? errno : EIO));
}

} // namespace ghostmem
