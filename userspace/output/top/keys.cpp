#include <algorithm>
#include <array>
#include <utility>

#include "output/top/view.h"

namespace ghostmem::output {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest{500};
constexpr milliseconds longest{60000};

TopAction show(TopState& state, TopPanel panel) {
    state.panel = panel;
    state.first = 0;
    return TopAction::redraw;
}

TopAction sort_by(TopState& state, SortKey sort) {
    state.sort = sort;
    return show(state, TopPanel::sites);
}

TopAction letter(TopState& state, char which) {
    switch (which) {
    case 'q':
    case 'Q':
        return TopAction::quit;
    case 'h':
    case '?':
        state.help = true;
        return TopAction::redraw;
    case 's':
        return show(state, TopPanel::sites);
    case 'k':
        return show(state, TopPanel::sockets);
    case 'm':
        return show(state, TopPanel::modules);
    case 'o':
        return show(state, TopPanel::holders);
    case '\t':
        return show(state, static_cast<TopPanel>((static_cast<int>(state.panel) + 1) % 4));
    case 'b':
        return sort_by(state, SortKey::bytes);
    case 'a':
        return sort_by(state, SortKey::age);
    case 'g':
        return sort_by(state, SortKey::growth);
    case 'p':
        state.paused = !state.paused;
        return state.paused ? TopAction::redraw : TopAction::refresh;
    case ' ':
        return TopAction::refresh;
    case '+':
        state.interval = std::min(state.interval * 2, longest);
        return TopAction::redraw;
    case '-':
        state.interval = std::max(state.interval / 2, shortest);
        return TopAction::redraw;
    default:
        return TopAction::nothing;
    }
}

} // namespace

TopAction press(TopState& state, TopPress key, size_t rows, size_t all) {
    if (state.help && key.key == TopKey::letter && key.letter != 'q' && key.letter != 'Q') {
        state.help = false;
        return TopAction::redraw;
    }
    const size_t last = all > rows ? all - rows : 0;
    switch (key.key) {
    case TopKey::up:
        state.first -= std::min<size_t>(state.first, 1);
        break;
    case TopKey::down:
        state.first = std::min(state.first + 1, last);
        break;
    case TopKey::page_up:
        state.first -= std::min(state.first, std::max<size_t>(rows, 1));
        break;
    case TopKey::page_down:
        state.first = std::min(state.first + std::max<size_t>(rows, 1), last);
        break;
    case TopKey::home:
        state.first = 0;
        break;
    case TopKey::end:
        state.first = last;
        break;
    case TopKey::resize:
        break;
    case TopKey::letter:
        return letter(state, key.letter);
    case TopKey::none:
        return TopAction::nothing;
    }
    return TopAction::redraw;
}

} // namespace ghostmem::output
