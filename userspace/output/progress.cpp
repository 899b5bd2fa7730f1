#include "output/progress.h"

#include <string>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem::output {

namespace {

constexpr size_t bar_width = 30;

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
    const bool recording = progress.phase == TraceProgress::Phase::recording;
    out_ << fmt::format("\r{} [{}] {} left, Ctrl-C reports now\x1b[K",
                        recording ? "recording" : "settling ", bar,
                        format_age(whole_seconds(progress.total - progress.done)))
         << std::flush;
    drawn_ = true;
}

} // namespace ghostmem::output
