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

std::string percent_text(uint64_t percent) {
    return fmt::format("{} %", percent);
}

struct Unit {
    std::optional<uint64_t> (*parse)(std::string_view);
    std::string (*format)(uint64_t);
    std::string_view wants;
};

constexpr Unit size{parse_size, format_bytes, "a size, as 6G or 512M"};
constexpr Unit percentage{parse_percent, percent_text, "a number from 0 to 100"};
constexpr Unit time_span{parse_seconds, format_age, "a time, as 10m or 2h"};

struct Key {
    std::string_view name;
    uint64_t Thresholds::*value;
    const Unit& unit;
    std::string_view meaning; ///< for docs/verdicts.md
};

constexpr Key keys[] = {
    {"ghost_bytes", &Thresholds::ghost_bytes, size, "ghosts of this size are a leak on any host"},
    {"ghost_share_bytes", &Thresholds::ghost_share_bytes, size,
     "ghosts of this size are a leak if they are also `ghost_share_percent` of memory"},
    {"ghost_share_percent", &Thresholds::ghost_share_percent, percentage, "see there"},
    {"ghost_percent", &Thresholds::ghost_percent, percentage,
     "ghosts of whatever size are a leak if they are this part of memory"},
    {"before_load_bytes", &Thresholds::before_load_bytes, size,
     "ghosts from before recording began are a warning if they are so much and also "
     "`before_load_percent` of memory"},
    {"before_load_percent", &Thresholds::before_load_percent, percentage, "see there"},
    {"socket_bytes", &Thresholds::socket_bytes, size,
     "what sockets of one cause pin is not reported below this"},
    {"socket_share_percent", &Thresholds::socket_share_percent, percentage,
     "what they pin is a warning if it is this part of memory"},
    {"socket_idle_s", &Thresholds::socket_idle_s, time_span,
     "or if nobody has read from them for so long"},
    {"growth_bytes_per_hour", &Thresholds::growth_bytes_per_hour, size,
     "a site that grows so fast is a warning"},
    {"growth_bytes", &Thresholds::growth_bytes, size,
     "a site that grows so fast and holds this much is a leak"},
    {"baseline_bytes", &Thresholds::baseline_bytes, size,
     "`leakctl patrol` warns of what has grown so much since its baseline, if that is also "
     "`baseline_percent` of memory"},
    {"baseline_percent", &Thresholds::baseline_percent, percentage, "see there"},
};

void set(Thresholds& thresholds, const CLI::ConfigItem& item) {
    const std::string name = item.fullname();
    for (const Key& key : keys) {
        if (key.name != name)
            continue;
        const std::string text = item.inputs.size() == 1 ? item.inputs.front() : "";
        const auto value = key.unit.parse(text);
        if (!value)
            throw Error(ErrorKind::io, fmt::format("{} = '{}' is no threshold: write {}", name,
                                                   text, key.unit.wants));
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

std::vector<Threshold> all_thresholds() {
    std::vector<Threshold> all;
    for (const Key& key : keys)
        all.push_back({key.name, key.unit.format(Thresholds{}.*key.value), key.meaning});
    return all;
}

bool Thresholds::is_large(uint64_t bytes, uint64_t total) const {
    return bytes >= ghost_bytes ||
           (bytes >= ghost_share_bytes && bytes >= total / 100 * ghost_share_percent) ||
           (bytes != 0 && bytes >= total / 100 * ghost_percent);
}

bool Thresholds::much_before_load(uint64_t bytes, uint64_t total) const {
    return bytes >= before_load_bytes && bytes >= total / 100 * before_load_percent;
}

bool Thresholds::much_since_baseline(uint64_t bytes, uint64_t total) const {
    return bytes >= baseline_bytes && bytes >= total / 100 * baseline_percent;
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
