#include "commands/sockets.h"

#include "lib/base/exit_code.h"

namespace ghostmem::commands {

int sockets(Context& context, const SocketQuery& query) {
    context.out.sockets(gather_sockets(context.kernel, context.diag, context.root, query));
    return EXIT_CODE_DONE;
}

} // namespace ghostmem::commands
