#include "lib/findings/finding.h"

namespace ghostmem {

std::string_view name_of(VerdictLevel level) {
    switch (level) {
    case VerdictLevel::warn:
        return "warn";
    case VerdictLevel::leak:
        return "leak";
    case VerdictLevel::ok:
        break;
    }
    return "ok";
}

} // namespace ghostmem
