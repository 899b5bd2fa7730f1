#include "commands/reset.h"

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "output/json/reset.h"
#include "output/text/reset.h"

namespace ghostmem::commands {

int reset(const Context& context) {
    context.kernel.reset();
    context.print(ResetReport{}, output::text::reset, output::json::reset);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual = R"(Forgets all records and starts again from now.
)";

extern const Command reset_command{"reset", "Forget all records and start again from now", manual,
                                   [](CLI::App& app, Shared& shared) -> Run {
                                       add_output(app, shared);
                                       return reset;
                                   }};

} // namespace ghostmem::commands
