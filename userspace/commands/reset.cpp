#include "commands/reset.h"

#include "lib/base/exit_code.h"

namespace ghostmem::commands {

int reset(Context& context) {
    context.kernel.reset();
    context.out.reset();
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
