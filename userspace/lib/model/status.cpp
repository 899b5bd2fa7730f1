#include "lib/model/status.h"

#include <algorithm>

namespace ghostmem {

std::string_view name_of(Mode mode) {
    switch (mode) {
    case Mode::exact:
        return "exact";
    case Mode::sampled:
        return "sampled";
    case Mode::off:
        break;
    }
    return "off";
}

std::string_view name_of(Change change) {
    switch (change) {
    case Change::arming:
        return "arming";
    case Change::disarming:
        return "disarming";
    case Change::resetting:
        break;
    }
    return "resetting";
}

std::optional<uint32_t> unwound_ppm(const Status& status) {
    uint64_t stacks = 0;
    for (const Hook& hook : status.hooks) {
        if (hook.name == "page_alloc" || hook.name == "alloc_bulk" || hook.name == "alloc_contig")
            stacks += hook.events;
    }
    if (stacks == 0)
        return std::nullopt;
    const double share = static_cast<double>(status.stacks_unwound) / static_cast<double>(stacks);
    return static_cast<uint32_t>(std::min(share, 1.0) * 1e6);
}

} // namespace ghostmem
