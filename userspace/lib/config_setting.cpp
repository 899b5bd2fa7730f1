#include "lib/config_setting.h"

#include <fmt/format.h>

namespace ghostmem {

namespace {

std::string apply_setting(std::string_view setting, ConfigChange& change) {
    const size_t equals = setting.find('=');
    if (equals == std::string_view::npos)
        return fmt::format("'{}': not of the form key=value, for example mode=exact", setting);
    const std::string_view key = setting.substr(0, equals);
    const std::string_view value = setting.substr(equals + 1);
    if (key != "mode")
        return fmt::format("'{}': unknown key '{}'; known: mode", setting, key);
    if (change.mode)
        return fmt::format("'{}': mode is set twice", setting);
    if (value == name_of(Mode::exact))
        change.mode = Mode::exact;
    else if (value == name_of(Mode::off))
        change.mode = Mode::off;
    else
        return fmt::format("'{}': unknown mode '{}'; known: exact, off", setting, value);
    return {};
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

} // namespace ghostmem
