#include "commands/top.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/findings/report.h"
#include "output/curses/curses_screen.h"
#include "output/top/batch_screen.h"

namespace ghostmem::commands {

namespace {

using std::chrono::milliseconds;

/// Gathering reports may take at most 1/share_of_time of the time. On a large host, where gathering
/// takes long, the interval is extended accordingly.
constexpr int share_of_time = 10;

class Loop {
  public:
    Loop(const Context& context, output::Screen& screen, const TopArguments& arguments)
        : context_(context), screen_(screen),
          thresholds_(Thresholds::choose(arguments.thresholds, context.root)) {
        state_.interval = arguments.interval;
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
        // Waiting helps only while the module may still be loaded.
        if (report_.problem && report_.problem->kind() != ErrorKind::no_module &&
            report_.problem->kind() != ErrorKind::loading)
            throw Error(*report_.problem);
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

    const Context& context_;
    output::Screen& screen_;
    Thresholds thresholds_;
    output::TopState state_;
    StatusReport report_;
    milliseconds looked_{0};
    milliseconds took_{0};
};

struct Options {
    TopArguments arguments;
    bool batch = false;
    size_t frames = 0; ///< number of frames in a batch; 0: endless
    bool json = false;
};

// Runs on the terminal, or on the output stream with --batch.
int run(const Context& context, const Options& options) {
    if (options.json)
        usage("--json", "does not apply to top; leakctl status has it");
    if (options.batch) {
        output::BatchScreen screen(context.out, context.clock, options.frames);
        return top(context, screen, options.arguments);
    }
    output::CursesScreen screen(context.colour);
    return top(context, screen, options.arguments);
}

Run set_up(CLI::App& app, Shared& shared) {
    auto options = std::make_shared<Options>();
    app.add_flag("--no-color", shared.no_color, "Print without colour");
    // Accepted by the parser only so that run() can reject it with a specific message.
    app.add_flag("--json", shared.json)->group("");
    add_thresholds(app, shared, options->arguments.thresholds);
    CLI::Option* interval =
        add_parsed(app, "--interval", "DURATION", "How often to look (default 3s)",
                   [options](const std::string& name, const std::string& text) {
                       options->arguments.interval = duration_of(name, text);
                       if (options->arguments.interval.count() == 0)
                           usage(name, "has to be longer than 0");
                   });
    shared.values[interval].words = {"1s", "10s", "1m"};
    CLI::Option* batch = app.add_flag_callback(
        "--batch",
        [options, &shared] {
            options->batch = true;
            shared.interruptible = true;
        },
        "Print to standard output, and read no keys");
    add_parsed(app, "--iterations", "N", "With --batch: look N times (default: without end)",
               [options](const std::string& name, const std::string& text) {
                   options->frames = positive_of(name, text, std::numeric_limits<size_t>::max());
               })
        ->needs(batch);
    return [options, &shared](const Context& context) {
        options->json = shared.json;
        return run(context, *options);
    };
}

} // namespace

int top(const Context& context, output::Screen& screen, const TopArguments& arguments) {
    Loop(context, screen, arguments).run();
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(The same, live: memory, ghosts, the verdict, and a list of the sites
.RB ( s ),
sockets
.RB ( k ),
modules
.RB ( m )
or known holders
.RB ( o )
that have most; sites by bytes
.RB ( b ),
age
.RB ( a )
or growth
.RB ( g ).
.B h
tells all keys,
.B q
ends it.
It looks every three seconds, or as
.B \-\-interval
says, and less often where a look takes more than a tenth of that.
With
.B \-\-batch
it prints to standard output and reads no keys, without end or
.B \-\-iterations
.I N
times.
)";

extern const Command top_command{"top", "Memory and the worst of each kind, live", manual, set_up};

} // namespace ghostmem::commands
