#include "lib/findings/rule.h"

// A rule X is the object X_rule of rules/X.cpp, and a word here.
#define LEAKCTL_RULES(one)                                                                         \
    one(unloaded_module) one(device_cycles) one(growth) one(unread_socket) one(large_ghosts)       \
        one(missing_lines) one(before_load) one(no_module) one(tracker) one(hooks)                 \
            one(full_table) one(lost_events)

namespace ghostmem {

#define DECLARE(name) extern const Rule name##_rule;
LEAKCTL_RULES(DECLARE)
#undef DECLARE

const std::vector<const Rule*>& all_rules() {
#define ADDRESS(name) &name##_rule,
    static const std::vector<const Rule*> rules{LEAKCTL_RULES(ADDRESS)};
#undef ADDRESS
    return rules;
}

} // namespace ghostmem
