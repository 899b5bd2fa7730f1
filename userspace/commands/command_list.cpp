#include "commands/command_list.h"

// Each command X needs an object X_command in commands/X.cpp and an entry here.
#define LEAKCTL_COMMANDS(one)                                                                      \
    one(status) one(top) one(sites) one(sockets) one(procs) one(trace) one(reset) one(config)      \
        one(export) one(snapshot) one(diff) one(check) one(patrol) one(help)

namespace ghostmem::commands {

#define DECLARE(name) extern const Command name##_command;
LEAKCTL_COMMANDS(DECLARE)
#undef DECLARE

const std::vector<const Command*>& all_commands() {
#define ADDRESS(name) &name##_command,
    static const std::vector<const Command*> commands{LEAKCTL_COMMANDS(ADDRESS)};
#undef ADDRESS
    return commands;
}

} // namespace ghostmem::commands
