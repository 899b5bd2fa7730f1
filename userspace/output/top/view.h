// `leakctl top` as lines of a screen: what is drawn, and what keys do. Knows no terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "lib/attribution/site_query.h"
#include "lib/findings/report.h"

namespace ghostmem::output {

enum class TopPanel { sites, sockets, modules, holders };

enum class TopKey { none, up, down, page_up, page_down, home, end, resize, letter };

/// A key, and of TopKey::letter which.
struct TopPress {
    TopKey key = TopKey::none;
    char letter = '\0';
};

enum class TopStyle { plain, bold, heading, good, warning, bad };

struct TopLine {
    std::string text;
    TopStyle style = TopStyle::plain;
};

struct TopState {
    TopPanel panel = TopPanel::sites;
    SortKey sort = SortKey::bytes;
    size_t first = 0; ///< row of the list that is shown first
    bool paused = false;
    bool help = false;
    std::chrono::milliseconds interval{3000};
};

/// What a key made of the state.
enum class TopAction {
    nothing,
    redraw,
    refresh, ///< look again, now
    quit,
};

/// `rows` of the list are to be seen, of `all`.
TopAction press(TopState& state, TopPress key, size_t rows, size_t all);

struct TopFrame {
    std::vector<TopLine> lines; ///< `height` at most, of `width` columns at most
    size_t rows = 0;            ///< of the list, to be seen
    size_t all = 0;             ///< of the list
};

/// Corrects the state where the list has become shorter.
TopFrame draw_top(const StatusReport& report, TopState& state, size_t width, size_t height);

} // namespace ghostmem::output
