// memfd_secret(2): pages that the kernel itself does not map.
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    const Mappings& secret = sources.mappings.secretmem;
    return {secret.bytes, secret.whose(), "/secretmem in /proc/*/maps"};
}

} // namespace

extern const HolderKind secretmem_holder{
    .name = "secretmem",
    .what = "secret memory",
    .part = HolderPart::applications,
    .measure = measure,
};

} // namespace ghostmem::holders
