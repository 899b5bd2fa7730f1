#include "output/progress.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem::output {

namespace {

constexpr size_t bar_width = 30;

std::string_view words_of(TraceProgress::Phase phase) {
    switch (phase) {
    case TraceProgress::Phase::settling:
        return "settling ";
    case TraceProgress::Phase::measuring:
        return "measuring";
    case TraceProgress::Phase::recording:
        break;
    }
    return "recording";
}

uint64_t whole_seconds(std::chrono::milliseconds duration) {
    return static_cast<uint64_t>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

std::string bar_of(double share) {
    const auto full = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * bar_width);
    return std::string(full, '#') + std::string(bar_width - full, '.');
}

std::string_view words_of(ghostmem_search_phase phase) {
    switch (phase) {
    case GHOSTMEM_SEARCH_CALIBRATE:
        return "learning the layout of slabs";
    case GHOSTMEM_SEARCH_TABLES:
        return "walking page tables";
    case GHOSTMEM_SEARCH_GHOSTS:
        return "collecting ghost memory";
    case GHOSTMEM_SEARCH_ROOTS:
        return "looking for references";
    case GHOSTMEM_SEARCH_CLOSURE:
        return "following references";
    default:
        return "looking again for the rest";
    }
}

} // namespace

ProgressBar::~ProgressBar() {
    clear();
}

void ProgressBar::clear() {
    if (drawn_)
        out_ << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

void ProgressBar::show(const TraceProgress& progress) {
    if (!enabled_ || progress.total.count() <= 0)
        return;
    const double share =
        static_cast<double>(progress.done.count()) / static_cast<double>(progress.total.count());
    out_ << fmt::format("\r{} [{}] {} left, Ctrl-C reports now\x1b[K", words_of(progress.phase),
                        bar_of(share), format_age(whole_seconds(progress.total - progress.done)))
         << std::flush;
    drawn_ = true;
}

SearchProgress::~SearchProgress() {
    clear();
}

void SearchProgress::clear() {
    if (drawn_)
        out_ << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

void SearchProgress::show(const SearchState& state) {
    if (!enabled_)
        return;
    const double share =
        state.total == 0 ? 0.0 : static_cast<double>(state.done) / static_cast<double>(state.total);
    out_ << fmt::format("\r{:<28} [{}] Ctrl-C stops\x1b[K", words_of(state.phase), bar_of(share))
         << std::flush;
    drawn_ = true;
}

} // namespace ghostmem::output
