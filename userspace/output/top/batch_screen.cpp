#include "output/top/batch_screen.h"

namespace ghostmem::output {

void BatchScreen::draw(const std::vector<TopLine>& lines) {
    if (drawn_++ != 0)
        out_ << '\n';
    // Skip the last line, which lists the keys (a batch has none), and the empty lines that pad the
    // screen.
    size_t end = lines.empty() ? 0 : lines.size() - 1;
    while (end != 0 && lines[end - 1].text.empty())
        --end;
    for (size_t i = 0; i < end; ++i)
        out_ << lines[i].text << '\n';
    out_.flush();
}

TopPress BatchScreen::wait(std::chrono::milliseconds patience) {
    const bool done = drawn_ == frames_ || !out_;
    if (done || !clock_.sleep(patience))
        return {TopKey::letter, 'q'};
    return {};
}

} // namespace ghostmem::output
