#include "commands/status.h"

#include "lib/base/error.h"
#include "lib/base/exit_code.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

int status(Context& context) {
    const StatusReport report = gather_status(context.kernel, context.root,
                                              Thresholds::choose(context.thresholds, context.root));
    context.out.status(report);
    if (!report.status)
        throw module_not_loaded(report.load_policy);
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
