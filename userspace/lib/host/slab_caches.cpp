#include "lib/host/slab_caches.h"

#include <fstream>
#include <system_error>

namespace ghostmem {

size_t shrink_slab_caches(const std::filesystem::path& root) {
    std::error_code error;
    size_t shrunk = 0;
    for (std::filesystem::directory_iterator at(root / "sys/kernel/slab", error), end;
         !error && at != end; at.increment(error)) {
        // A link is another name of a cache that is in the directory, too.
        std::error_code ignored;
        if (at->is_symlink(ignored))
            continue;
        std::ofstream file(at->path() / "shrink");
        if (file << "1\n" << std::flush)
            ++shrunk;
    }
    return shrunk;
}

} // namespace ghostmem
