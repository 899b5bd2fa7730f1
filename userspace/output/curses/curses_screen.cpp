#include "output/curses/curses_screen.h"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <limits>

#include <ncurses.h>
#include <unistd.h>

#include "lib/base/error.h"

namespace ghostmem::output {

namespace {

constexpr short pair_good = 1;
constexpr short pair_warning = 2;
constexpr short pair_bad = 3;

attr_t attributes_of(TopStyle style, bool colour) {
    const auto pair = [&](short number) {
        return A_BOLD | (colour ? COLOR_PAIR(number) : attr_t{0});
    };
    switch (style) {
    case TopStyle::bold:
        return A_BOLD;
    case TopStyle::heading:
        return A_REVERSE;
    case TopStyle::good:
        return pair(pair_good);
    case TopStyle::warning:
        return pair(pair_warning);
    case TopStyle::bad:
        return pair(pair_bad);
    case TopStyle::plain:
        break;
    }
    return A_NORMAL;
}

TopPress press_of(int key) {
    switch (key) {
    case ERR:
        return {};
    case KEY_UP:
        return {TopKey::up};
    case KEY_DOWN:
        return {TopKey::down};
    case KEY_PPAGE:
        return {TopKey::page_up};
    case KEY_NPAGE:
        return {TopKey::page_down};
    case KEY_HOME:
        return {TopKey::home};
    case KEY_END:
        return {TopKey::end};
    case KEY_RESIZE:
        return {TopKey::resize};
    default:
        return {TopKey::letter, key > 0 && key < 128 ? static_cast<char>(key) : '\0'};
    }
}

} // namespace

CursesScreen::CursesScreen(bool colour) : colour_(colour) {
    std::setlocale(LC_CTYPE, "");
    SCREEN* screen = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
                         ? newterm(nullptr, stdout, stdin)
                         : nullptr;
    if (screen == nullptr)
        throw Error(ErrorKind::io, "top needs a terminal that it knows (TERM); without one: "
                                   "leakctl top --batch");
    screen_ = screen;
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    curs_set(0);
    colour_ = colour_ && has_colors();
    if (colour_) {
        start_color();
        use_default_colors();
        init_pair(pair_good, COLOR_GREEN, -1);
        init_pair(pair_warning, COLOR_YELLOW, -1);
        init_pair(pair_bad, COLOR_RED, -1);
    }
}

CursesScreen::~CursesScreen() {
    endwin();
    delscreen(static_cast<SCREEN*>(screen_));
}

size_t CursesScreen::width() {
    return static_cast<size_t>(std::max(getmaxx(stdscr), 1));
}

size_t CursesScreen::height() {
    return static_cast<size_t>(std::max(getmaxy(stdscr), 1));
}

void CursesScreen::draw(const std::vector<TopLine>& lines) {
    erase();
    int row = 0;
    for (const TopLine& line : lines) {
        const attr_t attributes = attributes_of(line.style, colour_);
        attrset(static_cast<int>(attributes));
        mvaddstr(row, 0, line.text.c_str());
        // A heading is highlighted across the whole width.
        if (line.style == TopStyle::heading)
            mvchgat(row, 0, -1, attributes, 0, nullptr);
        ++row;
    }
    attrset(A_NORMAL);
    refresh();
}

TopPress CursesScreen::wait(std::chrono::milliseconds patience) {
    constexpr auto longest = std::chrono::milliseconds(std::numeric_limits<int>::max());
    timeout(static_cast<int>(std::clamp(patience, std::chrono::milliseconds(0), longest).count()));
    return press_of(getch());
}

} // namespace ghostmem::output
