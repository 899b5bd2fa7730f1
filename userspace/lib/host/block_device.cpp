#include "lib/host/block_device.h"

#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/base/words.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

std::optional<BlockDevice> read_block_device(const std::filesystem::path& root,
                                             const std::string& numbers) {
    const std::filesystem::path directory = root / "sys/dev/block" / numbers;
    std::error_code error;
    if (numbers.empty() || !std::filesystem::is_directory(directory, error))
        return std::nullopt;
    BlockDevice device;
    device.numbers = numbers;
    const auto target = std::filesystem::read_symlink(directory, error);
    device.name = printable(error ? numbers : target.filename().native());
    if (auto name = read_text(directory / "dm/name")) {
        name->erase(std::min(name->find('\n'), name->size()));
        device.mapped = printable(std::move(*name));
    }
    device.suspended = read_number(directory / "dm/suspended").value_or(0) != 0;
    if (const auto text = read_text(directory / "inflight")) {
        const auto words = words_of(std::string_view(*text).substr(0, text->find('\n')));
        if (words.size() == 2)
            device.in_flight = number_of<uint64_t>(words[0]).value_or(0) +
                               number_of<uint64_t>(words[1]).value_or(0);
    }
    return device;
}

std::string block_numbers(const std::filesystem::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0 || !S_ISBLK(status.st_mode))
        return {};
    return fmt::format("{}:{}", major(status.st_rdev), minor(status.st_rdev));
}

} // namespace ghostmem
