#include "lib/procs/finding.h"

#include "lib/procs/rules.h"

namespace ghostmem {

std::string_view name_of(ProcFindingKind kind) {
    return rule_of(kind).name;
}

} // namespace ghostmem
