#include "commands/holders.h"

#include <iostream>
#include <memory>

#include <unistd.h>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "lib/base/units.h"
#include "lib/host/slab_caches.h"
#include "output/json/holders.h"
#include "output/text/holders.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto arguments = std::make_shared<HoldersArguments>();
    add_output(app, shared);
    CLI::Option* option =
        add_parsed(app, "--min-bytes", "SIZE", "Only rows of at least this size, e.g. 1M",
                   [arguments](const std::string& name, const std::string& text) {
                       const auto size = parse_size(text);
                       if (!size)
                           usage(name, "'" + text + "' is no size, such as 4096, 64K or 1M");
                       arguments->min_bytes = *size;
                   });
    shared.values[option].words = {"64K", "1M", "16M"};
    app.add_flag_callback(
        "--no-shrink", [arguments] { arguments->shrink = false; },
        "Do not make slab caches return free objects first");
    // Ctrl-C during the wait must still print what has been found so far.
    app.parse_complete_callback([&shared] { shared.interruptible = true; });
    return [arguments](const Context& context) {
        output::SearchProgress progress(std::cerr, isatty(STDERR_FILENO) == 1);
        context.print(holders(context, *arguments, progress), output::text::holders,
                      output::json::holders);
        return EXIT_CODE_DONE;
    };
}

} // namespace

HoldersReport holders(const Context& context, const HoldersArguments& arguments,
                      output::SearchProgress& progress) {
    // Asked first, so that nothing is shrunk if the module is not there.
    (void)context.kernel.search();
    const bool shrunk = arguments.shrink && shrink_slab_caches(context.root) != 0;
    HoldersReport report = run_holder_search(
        context.kernel, context.clock, [&](const SearchState& state) { progress.show(state); });
    progress.clear();
    report.shrunk = shrunk;
    report.min_bytes = arguments.min_bytes;
    return report;
}

static constexpr const char* manual =
    R"(Searches the kernel's memory for references to ghost memory, and lists who holds it: a variable of a
module, objects of a slab cache, an array, and so on.
It does not matter when the memory was allocated: the module may have been loaded after that.
.IP
What nothing refers to is listed apart.
That is evidence of a leak, but no proof: a driver may have given memory to its device and kept no
pointer to it, or keep its pointers in a form that is not recognized.
.IP
.B SURE
is
.B exact
if the container refers to each block;
.B chain
if the blocks are reached through other ghost memory;
.B tail
if nothing refers to them, but they follow a block that is held, and are likely part of it;
.B stale
if only per-CPU memory refers to them, and
.B weak
if only a stack or memory from boot does: both often keep old pointers.
.IP
The search runs in the module, takes a quarter of one CPU at the lowest priority, and some memory; it
refuses to run if that is more than half a percent of what is available.
Before it calls memory unreferenced, it looks again.
Free pages that it searches for as well, as decoys, tell how often it finds a holder by mistake.
Ctrl-C stops the search and lists what is known by then.
.IP
First, all slab caches are made to return their free objects (as by writing to
.IR /sys/kernel/slab/*/shrink ),
because old pointers in objects that are free but look used would count as references;
.B \-\-no\-shrink
leaves that out.
)";

extern const Command holders_command{"holders", "Who refers to ghost memory, and what nobody does",
                                     manual, set_up};

} // namespace ghostmem::commands
