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

std::string_view name_of(Confidence confidence) {
    switch (confidence) {
    case Confidence::likely:
        return "likely";
    case Confidence::possible:
        return "possible";
    case Confidence::certain:
        break;
    }
    return "certain";
}

} // namespace ghostmem
