// tmpfs, System V and other shared memory.
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    return {sources.meminfo.get("Shmem"), {}, "/proc/meminfo: Shmem"};
}

} // namespace

extern const HolderKind shmem_holder{
    .name = "shmem",
    .what = "tmpfs and shared memory",
    .part = HolderPart::applications,
    .measure = measure,
};

} // namespace ghostmem::holders
