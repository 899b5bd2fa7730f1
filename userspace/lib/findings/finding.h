// What a rule of the verdict found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

enum class VerdictLevel { ok, warn, leak };

std::string_view name_of(VerdictLevel level);

/// How sure it is that the finding is what its sentence says.
enum class Confidence {
    certain,  ///< it was counted, or the kernel says so
    likely,   ///< the figures are right, but another cause could produce them
    possible, ///< only its size is conspicuous
};

std::string_view name_of(Confidence confidence);

struct Finding {
    VerdictLevel level = VerdictLevel::warn;
    Confidence confidence = Confidence::certain;
    std::string sentence{};          ///< for people; its words may change at any time
    std::optional<uint64_t> bytes{}; ///< how much memory it is about; nullopt: not measured
    std::vector<uint64_t> sites{};   ///< SiteView::id of the sites it is about, the worst first
    std::string_view rule{};         ///< Rule::name; set by judge()
};

} // namespace ghostmem
