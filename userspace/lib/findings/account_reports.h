// The reports of the commands devices, modules and events.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/attribution/estimate.h"
#include "lib/findings/cycles.h"
#include "lib/model/module_source.h"

namespace ghostmem {

struct DevicesReport {
    std::vector<AccountFinding> devices; ///< as many as are to be shown
    size_t matched = 0;
    size_t all = 0; ///< that have an account
    bool stacks = false;
    uint64_t unaccounted = 0; ///< lives of devices and modules that have no account
    Sampling sampling;
};

/// all: also devices that hold and have left nothing.
DevicesReport gather_devices(ModuleSource& kernel, bool all, std::optional<size_t> top);

/// A module with all of its sites of driver_classes(), loaded or not.
struct ModuleFinding {
    std::string name;
    CodeState state = CodeState::live; ///< unloaded: all of its code that holds something
    uint64_t live_bytes = 0;
    uint64_t live_pages = 0;
    std::optional<Uncertainty> error;
    std::vector<SiteView> sites;        ///< by bytes
    std::optional<AccountFinding> left; ///< nullopt: it has not been unloaded
};

struct ModulesReport {
    std::vector<ModuleFinding> modules; ///< the largest first
    size_t matched = 0;
    bool stacks = false;
    uint64_t unaccounted = 0;
    Sampling sampling;
};

ModulesReport gather_modules(ModuleSource& kernel, std::optional<size_t> top);

struct EventsReport {
    EventDump dump;
    std::chrono::system_clock::time_point now; ///< when the dump was taken
    Sampling sampling;
};

/// Events after the one with the number `since`.
EventsReport gather_events(ModuleSource& kernel, uint64_t since);

} // namespace ghostmem
