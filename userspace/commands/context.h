// What a command works with; tests put fakes behind it.
#pragma once

#include <filesystem>
#include <optional>

#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/sock_diag/source.h"
#include "output/output.h"

namespace ghostmem::commands {

struct Context {
    KernelSource& kernel;
    DiagSource& diag;
    Clock& clock;
    output::Output& out;
    std::filesystem::path root = "/";                  ///< where /proc, /sys and /etc are
    std::optional<std::filesystem::path> thresholds{}; ///< nullopt: the host's
    bool colour = false;                               ///< whether there may be any
};

} // namespace ghostmem::commands
