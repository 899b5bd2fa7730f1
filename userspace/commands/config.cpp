#include "commands/config.h"

#include "lib/base/exit_code.h"

namespace ghostmem::commands {

int config(Context& context, const ConfigChange& change) {
    if (!change.empty())
        context.kernel.configure(change);
    context.out.config(context.kernel.status());
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
