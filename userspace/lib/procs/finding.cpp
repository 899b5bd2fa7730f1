#include "lib/procs/finding.h"

#include "lib/procs/rules.h"

namespace ghostmem {

std::string_view name_of(ProcFindingKind kind) {
    return rule_of(kind).name;
}

std::string_view name_of(Confidence confidence) {
    switch (confidence) {
    case Confidence::low:
        return "low";
    case Confidence::medium:
        return "medium";
    case Confidence::high:
        break;
    }
    return "high";
}

} // namespace ghostmem
