// `leakctl top` as lines of text: what is drawn, and what keys do, independent of any terminal.
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

/// A key, and for TopKey::letter the letter.
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
    size_t first = 0; ///< index of the first row of the list that is shown
    bool paused = false;
    bool help = false;
    std::chrono::milliseconds interval{3000};
};

/// What the caller has to do after a key was handled.
enum class TopAction {
    nothing,
    redraw,
    refresh, ///< gather the report again, now
    quit,
};

/// Handles a key; `rows` of the list's `all` rows are visible.
TopAction press(TopState& state, TopPress key, size_t rows, size_t all);

struct TopFrame {
    std::vector<TopLine> lines; ///< at most `height` lines of at most `width` columns
    size_t rows = 0;            ///< how many rows of the list are visible
    size_t all = 0;             ///< number of rows in the list
};

/// Draws one frame. Adjusts the scroll position in `state` when the list has become shorter.
TopFrame draw_top(const StatusReport& report, TopState& state, size_t width, size_t height);

} // namespace ghostmem::output
