#include "output/curses/terminal.h"

#include <clocale>
#include <cstdlib>
#include <cstring>

#include <curses.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "lib/host/proc_numbers.h"

// Macros of curses.h that are names elsewhere.
#undef columns

namespace ghostmem::output {

namespace {

constexpr size_t narrowest = 40;
constexpr size_t widest = 1000;

size_t width_of(int fd) {
    const char* environment = std::getenv("COLUMNS");
    const auto asked = environment == nullptr ? std::nullopt : number_of<size_t>(environment);
    if (asked && *asked >= narrowest && *asked <= widest)
        return *asked;
    winsize size{};
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= narrowest && size.ws_col <= widest)
        return size.ws_col;
    return Terminal{}.width;
}

bool has_capability(const char* name) {
    const char* text = tigetstr(name);
    return text != nullptr && text != reinterpret_cast<const char*>(-1);
}

} // namespace

Terminal describe_terminal(int fd) {
    Terminal terminal;
    terminal.width = width_of(fd);
    terminal.is_terminal = isatty(fd) == 1;
    const char* name = std::getenv("TERM");
    int error = 0;
    // Without a name, setupterm() would look at TERM itself and treat an empty one as "unknown".
    if (!terminal.is_terminal || name == nullptr || *name == '\0' ||
        setupterm(name, fd, &error) != OK)
        return terminal;
    constexpr int enough_colours = 8;
    terminal.colours = tigetnum("colors") >= enough_colours;
    // The progress bar writes this sequence itself, so a terminal must have that very one.
    terminal.control = has_capability("el") && std::strcmp(tigetstr("el"), "\x1b[K") == 0;
    del_curterm(cur_term);
    return terminal;
}

bool locale_is_utf8() {
    if (std::setlocale(LC_CTYPE, "") != nullptr)
        return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    // The terminal is what its user says, even if this host has no data for that locale.
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0')
            return std::strstr(value, ".UTF-8") != nullptr ||
                   std::strstr(value, ".utf8") != nullptr;
    }
    return false;
}

} // namespace ghostmem::output
