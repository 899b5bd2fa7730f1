// leakctl's exit codes, which scripts rely on: they never change their meaning.
#pragma once

namespace ghostmem {

enum ExitCode {
    EXIT_CODE_DONE = 0,
    EXIT_CODE_USAGE = 2,    ///< invalid arguments
    EXIT_CODE_COULD_NOT = 3 ///< no module, no permission, another ABI, failed I/O
};

} // namespace ghostmem
