// What a rule of the verdict found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/confidence.h"

namespace ghostmem {

enum class VerdictLevel { ok, warn, leak };

std::string_view name_of(VerdictLevel level);

struct Finding {
    VerdictLevel level = VerdictLevel::warn;
    Confidence confidence = Confidence::certain;
    std::string sentence{};          ///< for people; its words may change at any time
    std::optional<uint64_t> bytes{}; ///< how much memory it is about; nullopt: not measured
    std::vector<uint64_t> sites{};   ///< SiteView::id of the sites it is about, the worst first
    std::string_view rule{};         ///< Rule::name; set by judge()
};

} // namespace ghostmem
