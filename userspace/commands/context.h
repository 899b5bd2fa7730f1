// What a command works with; tests put fakes behind it.
#pragma once

#include <filesystem>
#include <ostream>

#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/sock_diag/source.h"
#include "output/text/style.h"

namespace ghostmem::commands {

struct Context {
    ModuleSource& kernel;
    DiagSource& diag;
    Clock& clock;
    std::ostream& out;
    std::filesystem::path root = "/"; ///< where /proc, /sys and /etc are
    bool json = false;                ///< what is printed is for other programs
    bool colour = false;              ///< whether there may be any

    /// Prints a report in the format that is asked for.
    template <typename Report>
    void print(const Report& report,
               void (*text)(std::ostream&, const output::Style&, const Report&),
               void (*json_document)(std::ostream&, const Report&)) const {
        if (json)
            json_document(out, report);
        else
            text(out, output::Style(colour), report);
    }
};

} // namespace ghostmem::commands
