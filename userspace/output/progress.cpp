#include "output/progress.h"

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
    const auto full = static_cast<size_t>(share * bar_width);
    const std::string bar = std::string(full, '#') + std::string(bar_width - full, '.');
    out_ << fmt::format("\r{} [{}] {} left, Ctrl-C reports now\x1b[K", words_of(progress.phase),
                        bar, format_age(whole_seconds(progress.total - progress.done)))
         << std::flush;
    drawn_ = true;
}

} // namespace ghostmem::output
