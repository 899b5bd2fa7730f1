#include "lib/model/settings.h"

#include <bit>
#include <locale>
#include <sstream>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem {

namespace {

constexpr uint64_t least_interval = uint64_t{8} << 10;
constexpr uint64_t largest_interval = uint64_t{4} << 30;
constexpr double ppm_per_percent = 10'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string set_mode(std::string_view value, ConfigChange& change) {
    for (const Mode mode : {Mode::sampled, Mode::exact, Mode::off}) {
        if (value == name_of(mode)) {
            change.mode = mode;
            return {};
        }
    }
    return fmt::format("unknown mode '{}'; known: sampled, exact, off", value);
}

std::string set_interval(std::string_view value, ConfigChange& change) {
    const auto bytes = parse_size(value);
    if (!bytes || !std::has_single_bit(*bytes) || *bytes < least_interval ||
        *bytes > largest_interval)
        return "not a power of two from 8K to 4G";
    change.interval_bytes = *bytes;
    return {};
}

std::string set_budget(std::string_view value, ConfigChange& change) {
    if (value == "off") {
        change.budget_ppm = 0;
        return {};
    }
    // The compiler of Debian 11 has no from_chars() for double. Streams accept signs and spaces, so
    // the first character is checked.
    const bool number = !value.empty() && (value.front() == '.' || is_digit(value.front()));
    std::istringstream in{std::string(value)};
    in.imbue(std::locale::classic());
    double percent = 0;
    std::string rest;
    if (!number || !(in >> percent) || !std::getline(in, rest) || rest != "%" ||
        !(percent * ppm_per_percent >= 1 && percent <= 100))
        return "neither off nor a share of CPU from 0.0001% to 100%";
    change.budget_ppm = static_cast<uint32_t>(percent * ppm_per_percent + 0.5);
    return {};
}

std::string set_skb(std::string_view value, ConfigChange& change) {
    if (value != "on" && value != "off")
        return "neither on nor off";
    change.skb = value == "on";
    return {};
}

struct Key {
    std::string_view name;
    std::string (*set)(std::string_view value, ConfigChange& change);
    bool (*is_set)(const ConfigChange& change);
};

constexpr Key keys[] = {
    {"mode", set_mode, [](const ConfigChange& change) { return change.mode.has_value(); }},
    {"interval", set_interval,
     [](const ConfigChange& change) { return change.interval_bytes.has_value(); }},
    {"budget", set_budget,
     [](const ConfigChange& change) { return change.budget_ppm.has_value(); }},
    {"skb", set_skb, [](const ConfigChange& change) { return change.skb.has_value(); }},
};

std::string apply_setting(std::string_view setting, ConfigChange& change) {
    const size_t equals = setting.find('=');
    if (equals == std::string_view::npos)
        return fmt::format("'{}': not of the form key=value, for example mode=exact", setting);
    const std::string_view name = setting.substr(0, equals);
    for (const Key& key : keys) {
        if (name != key.name)
            continue;
        if (key.is_set(change))
            return fmt::format("'{}': {} is set twice", setting, name);
        const std::string problem = key.set(setting.substr(equals + 1), change);
        return problem.empty() ? problem : fmt::format("'{}': {}", setting, problem);
    }
    return fmt::format("'{}': unknown key '{}'; known: mode, interval, budget, skb", setting, name);
}

} // namespace

ConfigParse parse_settings(const std::vector<std::string>& settings) {
    ConfigParse parse;
    for (const std::string& setting : settings) {
        parse.problem = apply_setting(setting, parse.change);
        if (!parse.problem.empty()) {
            parse.change = {};
            break;
        }
    }
    return parse;
}

std::string format_cost(uint32_t ppm) {
    const double percent = ppm / ppm_per_percent;
    return percent < 10 ? fmt::format("{:.2g}%", percent) : fmt::format("{:.0f}%", percent);
}

std::string format_share(uint32_t ppm) {
    return fmt::format("{}%", ppm / ppm_per_percent);
}

} // namespace ghostmem
