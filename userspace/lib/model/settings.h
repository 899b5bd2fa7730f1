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
    std::optional<bool> skb;                ///< the lifetimes of sk_buffs are watched

    [[nodiscard]] bool empty() const { return !mode && !interval_bytes && !budget_ppm && !skb; }
};

struct ConfigParse {
    ConfigChange change;
    std::string problem; ///< empty, or one line that names the offending setting
};

/// Parses all of them or nothing: with a problem, change is empty.
ConfigParse parse_settings(const std::vector<std::string>& settings);

/// "1%", "0.25%": a share as people write it, of which parse_settings() knows the way back.
std::string format_share(uint32_t ppm);

/// The same in two digits, for what was measured.
std::string format_cost(uint32_t ppm);

} // namespace ghostmem
