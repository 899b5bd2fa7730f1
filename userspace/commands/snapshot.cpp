#include "commands/snapshot.h"

#include <memory>
#include <sstream>

#include "commands/gather.h"
#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/base/replace_file.h"
#include "output/json/snapshot.h"
#include "output/text/snapshot.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<SnapshotArguments>();
    add_output(app, shared);
    add_watch_interval(app, shared, arguments->options.interval);
    add_thresholds(app, shared, arguments->thresholds);
    CLI::Option* file =
        add_parsed(app, "-o,--output", "FILE", "A file to replace (default: standard output)",
                   [arguments](const std::string&, const std::string& text) {
                       if (text != "-")
                           arguments->file = text;
                   });
    shared.values[file].kind = Values::Kind::files;
    return [arguments](const Context& context) {
        arguments->options.taken_s = present_time();
        return snapshot(context, *arguments);
    };
}

} // namespace

int snapshot(const Context& context, const SnapshotArguments& arguments) {
    SnapshotOptions options = arguments.options;
    options.thresholds = Thresholds::choose(arguments.thresholds, context.root);
    const Snapshot taken = gather_snapshot(context, options);
    if (!arguments.file) {
        output::json::snapshot(context.out, taken);
        return EXIT_CODE_DONE;
    }
    std::ostringstream text;
    output::json::snapshot(text, taken);
    replace_file(*arguments.file, text.str());
    context.print(taken, output::text::snapshot, output::json::snapshot);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(Writes the state of the host as one JSON document, for
.B leakctl diff
or for somebody who cannot log in here: the books of memory and the verdict, sites with their stacks,
what sockets hold by process and protocol, findings about processes, the processes by name with their
memory and descriptors, slab caches, open files, and what the kernel's log has reported.
With
.B \-o
it replaces the file at once, and says on standard output what is in it, or with
.B \-\-json
prints the document there as well.
.IP
The module is not needed, nor is root: what could not be read is missing from the document, which
says so and why.
)";

extern const Command snapshot_command{"snapshot", "The state of the host in a file", manual,
                                      set_up};

} // namespace ghostmem::commands
