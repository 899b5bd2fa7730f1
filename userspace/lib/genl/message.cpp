#include "lib/genl/message.h"

#include "lib/genl/connection.h"

namespace ghostmem {

void put(int result) {
    if (result < 0)
        io_error("out of memory while building a request");
}

} // namespace ghostmem
