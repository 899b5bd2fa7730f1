#include "output/text/moment.h"

#include <array>
#include <ctime>

#include <fmt/format.h>

namespace ghostmem::output {

std::string format_moment(uint64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm fields{};
    std::array<char, 32> text{};
    // A year that does not fit comes from a file that is wrong.
    if (gmtime_r(&time, &fields) == nullptr ||
        std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &fields) == 0)
        return fmt::format("{}s since 1970", seconds);
    return text.data();
}

} // namespace ghostmem::output
