#include "commands/diff.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/snapshot/diff.h"
#include "output/json/diff.h"
#include "output/json/snapshot.h"
#include "output/text/diff.h"

namespace ghostmem::commands {

namespace {

constexpr size_t default_top = 15;

template <typename Rows> void cut(Rows& rows, size_t top) {
    if (rows.size() > top)
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(top), rows.end());
}

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<DiffArguments>();
    add_output(app, shared);
    add_top(app, shared);
    CLI::Option* before = app.add_option("BEFORE", arguments->before, "The earlier snapshot");
    before->required()->type_name("FILE");
    app.add_option("AFTER", arguments->after, "The later one")->required()->type_name("FILE");
    // For the completion one entry stands for both.
    shared.values[before].kind = Values::Kind::files;
    return [arguments, &shared](const Context& context) {
        arguments->top = shared.top;
        return diff(context, *arguments);
    };
}

} // namespace

int diff(const Context& context, const DiffArguments& arguments) {
    SnapshotDiff found = compare(output::json::read_snapshot(arguments.before),
                                 output::json::read_snapshot(arguments.after));
    if (context.json && arguments.top) {
        cut(found.rows, *arguments.top);
        cut(found.counts, *arguments.top);
    }
    const output::text::DiffPage page{found, arguments.top.value_or(default_top)};
    context.print<output::text::DiffPage>(page, output::text::diff,
                                          [](std::ostream& out, const output::text::DiffPage& all) {
                                              output::json::diff(out, all.diff);
                                          });
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(What differs between two snapshots: what grew and what shrank or went, the largest change first,
with its growth in an hour; numbers of tasks, files and descriptors; and which findings began, ended or
last.
Rows of different kinds overlap: what a site holds is a part of the ghosts, or of slab.
Sites are compared by function.
.IP
The snapshots may be from before and after a boot, or of two hosts.
What cannot be compared then is said first.
It exits with 3 if one of the files is no snapshot, is cut off, or was written by a newer leakctl that
this one cannot read.
)";

extern const Command diff_command{"diff", "What differs between two snapshots", manual, set_up};

} // namespace ghostmem::commands
