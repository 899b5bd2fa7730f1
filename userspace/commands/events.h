// leakctl events: devices and modules that come and go, and the receipts of those that have gone.
#pragma once

#include <chrono>

#include "commands/command.h"

namespace ghostmem::commands {

struct EventsArguments {
    bool follow = false;
};

/// With `follow` it returns when the user asks to stop.
int events(const Context& context, const EventsArguments& arguments);

} // namespace ghostmem::commands
