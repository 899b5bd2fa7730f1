// What the terminal can show, by terminfo and the locale.
#pragma once

#include <cstddef>

namespace ghostmem::output {

struct Terminal {
    bool is_terminal = false; ///< false for a file or a pipe: then it has no colours and no control
    bool colours = false;
    bool control = false; ///< it can erase a line, which a progress bar needs
    size_t width = 80;    ///< COLUMNS if that is a number, else the terminal's own, else 80
};

/// Describes the terminal behind a file descriptor. TERM decides what it can do: an unknown or a
/// dumb one can nothing.
Terminal describe_terminal(int fd);

/// Whether the locale's character set is UTF-8. Sets LC_CTYPE from the environment.
bool locale_is_utf8();

} // namespace ghostmem::output
