// The environment that a command runs in; tests replace its parts with fakes.
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
    bool json = false;                ///< print JSON, for other programs
    bool colour = false;              ///< whether output may be coloured

    /// Prints a report in the requested format.
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
