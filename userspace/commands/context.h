// The environment that a command runs in; tests replace its parts with fakes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <ostream>
#include <sstream>

#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/sock_diag/source.h"
#include "output/text/ascii.h"
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
    size_t width = 80;                ///< columns of the terminal
    bool utf8 = true;                 ///< whether text may have more than ASCII
    bool progress = false;            ///< whether standard error shows how far a command is

    /// Prints a report in the requested format.
    template <typename Report>
    void print(const Report& report,
               void (*text)(std::ostream&, const output::Style&, const Report&),
               void (*json_document)(std::ostream&, const Report&)) const {
        if (json) {
            json_document(out, report);
            return;
        }
        std::ostringstream page;
        text(page, output::Style(colour, width, utf8), report);
        out << (utf8 ? page.str() : output::to_ascii(page.str()));
    }
};

} // namespace ghostmem::commands
