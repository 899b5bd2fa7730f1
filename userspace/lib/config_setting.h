// "key=value" settings of the tracker, as `leakctl config` takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model.h"

namespace ghostmem {

struct ConfigChange {
    std::optional<Mode> mode;
};

struct ConfigParse {
    ConfigChange change;
    std::string problem; ///< empty, or one line that names the offending setting
};

/// Parses all of them or nothing: with a problem, change is empty.
ConfigParse parse_settings(const std::vector<std::string>& settings);

} // namespace ghostmem
