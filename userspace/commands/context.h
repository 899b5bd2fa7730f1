// What a command works with; tests put fakes behind it.
#pragma once

#include <filesystem>

#include "lib/clock.h"
#include "lib/kernel_source.h"
#include "output/output.h"

namespace ghostmem::commands {

struct Context {
    KernelSource& kernel;
    Clock& clock;
    output::Output& out;
    std::filesystem::path root = "/"; ///< where /proc and /sys are
};

} // namespace ghostmem::commands
