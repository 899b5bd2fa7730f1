#include "lib/findings/trace_window.h"

#include <algorithm>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds longest_step{1000};
// Used near the end of the window: the tracker's second may begin at any time within ours.
constexpr milliseconds short_step{200};

class Trace {
  public:
    Trace(ModuleSource& kernel, Clock& clock, const TraceOptions& options,
          const std::function<void(const TraceProgress&)>& report)
        : kernel_(kernel), clock_(clock), options_(options), report_(report) {}

    TraceOutcome run() {
        const Status start = kernel_.status();
        require_recording(start);
        generation_ = start.generation;
        // The window has whole seconds; the present one has begun and is not part of it.
        out_.since_s = start.clock_s + 1;
        out_.until_s = out_.since_s + static_cast<uint64_t>(options_.window.count());

        record();
        if (!out_.interrupted)
            settle();
        SiteFilter filter;
        filter.since_s = out_.since_s;
        filter.until_s = out_.until_s;
        out_.sites = kernel_.sites(filter);
        out_.status = checked_status();
        return std::move(out_);
    }

  private:
    Status checked_status() {
        Status status = kernel_.status();
        if (status.generation != generation_)
            throw Error(ErrorKind::inconsistent, "the tracker was reset while tracing, its records "
                                                 "are gone; start the trace again");
        return status;
    }

    void record() {
        const milliseconds total = seconds(out_.until_s - out_.since_s);
        for (;;) {
            const uint64_t now = checked_status().clock_s;
            const milliseconds done = now < out_.since_s ? seconds(0) : seconds(now - out_.since_s);
            report_({TraceProgress::Phase::recording, std::min(done, total), total});
            if (now >= out_.until_s)
                return;
            const bool last_second = out_.until_s - now <= 1;
            if (!clock_.sleep(last_second ? short_step : longest_step)) {
                end_now();
                return;
            }
        }
    }

    // Ends the window now, with the current second, so that the window is never empty.
    void end_now() {
        out_.interrupted = true;
        const uint64_t now = checked_status().clock_s;
        out_.until_s = std::min(out_.until_s, std::max(now, out_.since_s) + 1);
    }

    void settle() {
        const milliseconds begin = clock_.now();
        const milliseconds total = options_.settle;
        for (;;) {
            const milliseconds done = clock_.now() - begin;
            out_.settled = duration_cast<seconds>(std::min(done, total));
            report_({TraceProgress::Phase::settling, std::min(done, total), total});
            if (done >= total)
                return;
            if (!clock_.sleep(std::min(longest_step, total - done))) {
                out_.settled = duration_cast<seconds>(clock_.now() - begin);
                out_.interrupted = true;
                return;
            }
        }
    }

    ModuleSource& kernel_;
    Clock& clock_;
    const TraceOptions& options_;
    const std::function<void(const TraceProgress&)>& report_;
    uint32_t generation_ = 0;
    TraceOutcome out_;
};

} // namespace

void require_recording(const Status& status) {
    if (status.disabled_reason)
        throw Error(ErrorKind::disabled,
                    "the tracker has turned itself off (" + *status.disabled_reason +
                        "); report it, then reload the module: rmmod ghostmem; modprobe ghostmem");
    if (status.change)
        throw Error(ErrorKind::not_recording, "the tracker is " +
                                                  std::string(name_of(*status.change)) +
                                                  " at the moment; try again");
    if (status.mode == Mode::off)
        throw Error(ErrorKind::not_recording,
                    "tracking is off; turn it on: leakctl config mode=sampled");
}

TraceOutcome run_trace(ModuleSource& kernel, Clock& clock, const TraceOptions& options,
                       const std::function<void(const TraceProgress&)>& report) {
    return Trace(kernel, clock, options, report).run();
}

} // namespace ghostmem
