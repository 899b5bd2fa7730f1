#include "lib/findings/thresholds.h"

#include <chrono>
#include <optional>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

std::optional<uint64_t> parse_percent(std::string_view text) {
    const auto percent = number_of<uint64_t>(text);
    return percent && *percent <= 100 ? percent : std::nullopt;
}

std::optional<uint64_t> parse_seconds(std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration)
        return std::nullopt;
    return static_cast<uint64_t>(std::chrono::ceil<std::chrono::seconds>(*duration).count());
}

struct Key {
    std::string_view name;
    uint64_t Thresholds::*value;
    std::optional<uint64_t> (*parse)(std::string_view);
    std::string_view wants;
};

constexpr std::string_view a_size = "a size, as 6G or 512M";
constexpr std::string_view a_percentage = "a number from 0 to 100";
constexpr std::string_view a_time = "a time, as 10m or 2h";

constexpr Key keys[] = {
    {"ghost_bytes", &Thresholds::ghost_bytes, parse_size, a_size},
    {"ghost_share_bytes", &Thresholds::ghost_share_bytes, parse_size, a_size},
    {"ghost_share_percent", &Thresholds::ghost_share_percent, parse_percent, a_percentage},
    {"ghost_percent", &Thresholds::ghost_percent, parse_percent, a_percentage},
    {"before_load_bytes", &Thresholds::before_load_bytes, parse_size, a_size},
    {"before_load_percent", &Thresholds::before_load_percent, parse_percent, a_percentage},
    {"socket_bytes", &Thresholds::socket_bytes, parse_size, a_size},
    {"socket_share_percent", &Thresholds::socket_share_percent, parse_percent, a_percentage},
    {"socket_idle_s", &Thresholds::socket_idle_s, parse_seconds, a_time},
    {"growth_bytes_per_hour", &Thresholds::growth_bytes_per_hour, parse_size, a_size},
    {"growth_bytes", &Thresholds::growth_bytes, parse_size, a_size},
};

void set(Thresholds& thresholds, const CLI::ConfigItem& item) {
    const std::string name = item.fullname();
    for (const Key& key : keys) {
        if (key.name != name)
            continue;
        const std::string text = item.inputs.size() == 1 ? item.inputs.front() : "";
        const auto value = key.parse(text);
        if (!value)
            throw Error(ErrorKind::io,
                        fmt::format("{} = '{}' is no threshold: write {}", name, text, key.wants));
        thresholds.*key.value = *value;
        return;
    }
    std::string known;
    for (const Key& key : keys)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", key.name);
    throw Error(ErrorKind::io,
                fmt::format("there is no threshold '{}'; there are {}", name, known));
}

} // namespace

bool Thresholds::is_large(uint64_t bytes, uint64_t total) const {
    return bytes >= ghost_bytes ||
           (bytes >= ghost_share_bytes && bytes >= total / 100 * ghost_share_percent) ||
           (bytes != 0 && bytes >= total / 100 * ghost_percent);
}

bool Thresholds::much_before_load(uint64_t bytes, uint64_t total) const {
    return bytes >= before_load_bytes && bytes >= total / 100 * before_load_percent;
}

std::string Thresholds::limits() const {
    return fmt::format("{}, {} % of memory, or {} % from {} on", format_bytes(ghost_bytes),
                       ghost_percent, ghost_share_percent, format_bytes(ghost_share_bytes));
}

Thresholds Thresholds::parse(std::string_view text) {
    Thresholds thresholds;
    std::string lines;
    for_each_line(text, [&](std::string_view line) {
        lines += line.substr(0, line.find('#'));
        lines += '\n';
    });
    std::istringstream stream(lines);
    for (const CLI::ConfigItem& item : CLI::ConfigINI().from_config(stream))
        set(thresholds, item);
    return thresholds;
}

Thresholds Thresholds::read(const std::filesystem::path& file) {
    const auto text = read_text(file);
    if (!text)
        throw Error(ErrorKind::io, "cannot read " + file.string() + ": is it there?");
    try {
        return parse(*text);
    } catch (const Error& error) {
        throw Error(ErrorKind::io, file.string() + ": " + error.what());
    }
}

Thresholds Thresholds::choose(const std::optional<std::filesystem::path>& file,
                              const std::filesystem::path& root) {
    if (file)
        return read(*file);
    const std::filesystem::path hosts = root / "etc/ghostmem/thresholds.conf";
    std::error_code error;
    return std::filesystem::exists(hosts, error) ? read(hosts) : Thresholds{};
}

} // namespace ghostmem
