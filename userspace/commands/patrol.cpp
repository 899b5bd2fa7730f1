#include "commands/patrol.h"

#include <memory>
#include <sstream>
#include <system_error>

#include "commands/gather.h"
#include "commands/options.h"
#include "lib/base/error.h"
#include "lib/base/exit_code.h"
#include "lib/base/saturate.h"
#include "output/json/patrol.h"
#include "output/json/snapshot.h"
#include "output/text/patrol.h"

namespace ghostmem::commands {

namespace {

constexpr size_t default_top = 20;

std::string document_of(const Snapshot& snapshot) {
    std::ostringstream text;
    output::json::snapshot(text, snapshot);
    return text.str();
}

// A baseline that this leakctl cannot read any more, for example after a downgrade, must not stop
// every patrol from then on; it is replaced.
std::optional<Snapshot> stored_baseline(History& history) {
    const auto stored = history.baseline();
    if (!stored)
        return std::nullopt;
    try {
        return output::json::parse_snapshot(stored->document);
    } catch (const Error&) {
        return std::nullopt;
    }
}

void add_times(CLI::App& app, Shared& shared, PatrolOptions& options) {
    CLI::Option* keep =
        add_parsed(app, "--keep", "DURATION", "For how long history is kept (default: 30d)",
                   [&options](const std::string& name, const std::string& text) {
                       options.keep = seconds_of(name, text);
                   });
    CLI::Option* remind = add_parsed(app, "--remind", "DURATION",
                                     "When a finding that lasts is told again (default: 1d)",
                                     [&options](const std::string& name, const std::string& text) {
                                         options.remind = seconds_of(name, text);
                                     });
    shared.values[keep].words = {"7d", "30d", "365d"};
    shared.values[remind].words = {"1h", "1d", "7d"};
}

void add_files(CLI::App& app, Shared& shared, PatrolArguments& arguments) {
    CLI::Option* database = add_parsed(
        app, "--database", "FILE", "Where history is (default: /var/lib/ghostmem/patrol.db)",
        [&arguments](const std::string&, const std::string& text) { arguments.database = text; });
    CLI::Option* baseline = add_parsed(
        app, "--baseline", "FILE", "Compare with this snapshot from now on, or with the state now",
        [&arguments](const std::string& name, const std::string& text) {
            if (text.empty())
                usage(name, "write the file of a snapshot, or now");
            arguments.baseline = text;
        });
    shared.values[database].kind = Values::Kind::files;
    shared.values[baseline].kind = Values::Kind::files;
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<PatrolArguments>();
    add_output(app, shared);
    add_top(app, shared);
    add_files(app, shared, *arguments);
    add_times(app, shared, arguments->options);
    CLI::Option* history =
        app.add_flag("--history", arguments->history, "Show what earlier patrols have seen");
    app.add_flag("--without-module", arguments->options.check.without_module,
                 "Do not expect the module: judge by /proc alone")
        ->excludes(history);
    add_watch_interval(app, shared, arguments->snapshot.interval);
    add_thresholds(app, shared, arguments->thresholds);
    return [arguments, &shared](const Context& context) {
        arguments->top = shared.top;
        if (arguments->history)
            return patrol_history(context, *arguments);
        if (shared.top)
            usage("--top", "has an effect only with --history");
        arguments->snapshot.taken_s = present_time();
        return patrol(context, *arguments);
    };
}

} // namespace

int patrol(const Context& context, const PatrolArguments& arguments) {
    PatrolOptions options = arguments.options;
    options.check.thresholds = Thresholds::choose(arguments.thresholds, context.root);
    // A directory that is missing is reported by the database, which cannot be opened then.
    std::error_code error;
    std::filesystem::create_directories(arguments.database.parent_path(), error);
    History history(arguments.database, Database::Access::write);

    PatrolPast past;
    past.last = history.last();
    past.lasting = history.lasting();
    const bool given = !arguments.baseline.empty() && arguments.baseline != "now";
    if (given)
        past.baseline = output::json::read_snapshot(arguments.baseline);
    else if (arguments.baseline.empty())
        past.baseline = stored_baseline(history);

    SnapshotOptions how = arguments.snapshot;
    how.thresholds = options.check.thresholds;
    if (past.last) {
        how.log_from = past.last->log_next.value_or(0);
        how.log_boot_id = past.last->boot_id;
    }
    const Snapshot now = gather_snapshot(context, how);
    const PatrolReport report = make_patrol(now, past, options);

    std::optional<Baseline> fresh;
    if (given)
        fresh = Baseline{past.baseline->host.taken_s, document_of(*past.baseline)};
    else if (!past.baseline)
        fresh = Baseline{now.host.taken_s, document_of(now)};
    history.add(report.record, report.stored, fresh,
                excess(now.host.taken_s, static_cast<uint64_t>(options.keep.count())));
    context.print(report, output::text::patrol, output::json::patrol);
    return EXIT_CODE_DONE;
}

int patrol_history(const Context& context, const PatrolArguments& arguments) {
    History stored(arguments.database, Database::Access::read);
    const size_t most = arguments.top.value_or(default_top);
    PatrolHistory history{{}, stored.records(most), stored.findings(most)};
    if (const auto baseline = stored.baseline())
        history.baseline_s = baseline->taken_s;
    context.print(history, output::text::patrol_history, output::json::patrol_history);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(Looks at the host as
.B leakctl check
does, compares it with a baseline, and says what is new since the patrol before: findings that began,
became worse or ended, and what the kernel's log has reported meanwhile.
A finding that lasts is told again after
.BR \-\-remind .
If nothing is new it prints nothing, so that a timer can run it:
.PP
.RS
.EX
systemctl enable \-\-now ghostmem\-patrol.timer
.EE
.RE
.IP
The first patrol takes the baseline.
.B \-\-baseline now
takes it anew, for example after an upgrade;
.B \-\-baseline
with the file of a snapshot takes that one.
It warns of what has grown since then by more than
.I baseline_bytes
and
.I baseline_percent
of
.BR THRESHOLDS :
ghosts, vmalloc and per-CPU memory, the sites of a function, what sockets pin.
.IP
Figures and findings are kept in a database of SQLite for
.BR \-\-keep ;
.B \-\-history
shows them.
The exit status says only whether the patrol could be done.
)";

extern const Command patrol_command{"patrol", "What is new since the last time, for a timer",
                                    manual, set_up};

} // namespace ghostmem::commands
