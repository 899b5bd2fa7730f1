// Namespaces: how many live, and how many something that can be seen holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "lib/model/task.h"

namespace ghostmem {

/// Of one kind. Only kinds that no other namespace holds are counted.
struct NamespaceCount {
    std::string kind;       ///< "net", "uts"
    uint64_t live = 0;      ///< at most so many, of the slab allocator
    uint64_t uncertain = 0; ///< of these, so many may be free objects in lists of CPUs
    uint64_t held = 0;      ///< by a process, a thread, a mount or a descriptor
};

/// Reads ROOT/proc/slabinfo and what holds namespaces; `by_descriptor` are inode numbers found
/// before. Kinds whose slab cache is shared with others, or is not readable, are left out.
std::vector<NamespaceCount> count_namespaces(const std::filesystem::path& root,
                                             const TaskList& tasks,
                                             const std::set<uint64_t>& by_descriptor,
                                             uint32_t cpus);

} // namespace ghostmem
