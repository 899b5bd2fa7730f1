#include "commands/top.h"

#include <algorithm>

#include "lib/base/exit_code.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

namespace {

using std::chrono::milliseconds;

/// A look may take this part of the time: on a large host looks are as far apart as that asks for.
constexpr int share_of_time = 10;

class Loop {
  public:
    Loop(Context& context, output::Screen& screen, milliseconds interval)
        : context_(context), screen_(screen),
          thresholds_(Thresholds::choose(context.thresholds, context.root)) {
        state_.interval = interval;
    }

    void run() {
        look();
        for (;;) {
            const output::TopFrame frame =
                draw_top(report_, state_, screen_.width(), screen_.height());
            screen_.draw(frame.lines);
            const output::TopPress key = screen_.wait(patience());
            switch (press(state_, key, frame.rows, frame.all)) {
            case output::TopAction::quit:
                return;
            case output::TopAction::refresh:
                look();
                break;
            case output::TopAction::nothing:
            case output::TopAction::redraw:
                if (!state_.paused && context_.clock.now() >= due())
                    look();
                break;
            }
        }
    }

  private:
    void look() {
        const milliseconds began = context_.clock.now();
        report_ = gather_status(context_.kernel, context_.root, thresholds_);
        looked_ = context_.clock.now();
        took_ = looked_ - began;
    }

    [[nodiscard]] milliseconds due() const {
        return looked_ + std::max(state_.interval, took_ * share_of_time);
    }

    [[nodiscard]] milliseconds patience() const {
        constexpr milliseconds while_paused{60000};
        if (state_.paused)
            return while_paused;
        return std::max(due() - context_.clock.now(), milliseconds(0));
    }

    Context& context_;
    output::Screen& screen_;
    Thresholds thresholds_;
    output::TopState state_;
    StatusReport report_;
    milliseconds looked_{0};
    milliseconds took_{0};
};

} // namespace

int top(Context& context, output::Screen& screen, milliseconds interval) {
    Loop(context, screen, interval).run();
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
