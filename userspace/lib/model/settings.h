// "key=value" settings of the tracker, as `leakctl config` takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/site.h"
#include "lib/model/status.h"

namespace ghostmem {

struct ConfigChange {
    std::optional<Mode> mode;
    std::optional<uint64_t> interval_bytes; ///< a power of two
    std::optional<uint32_t> budget_ppm;     ///< up to a million; 0: no limit
    std::optional<bool> skb;                ///< whether the lifetimes of sk_buffs are watched

    [[nodiscard]] bool empty() const { return !mode && !interval_bytes && !budget_ppm && !skb; }
};

struct ConfigParse {
    ConfigChange change;
    std::string problem; ///< empty, or one line that names the offending setting
};

/// Parses all of them or nothing: with a problem, change is empty.
ConfigParse parse_settings(const std::vector<std::string>& settings);

/// "1%", "0.25%": a share in the notation that parse_settings() accepts.
std::string format_share(uint32_t ppm);

/// Likewise with two digits, for measured values.
std::string format_cost(uint32_t ppm);

} // namespace ghostmem
