// PACKET_MMAP: rings of packet sockets, as captures use them.
#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/ledger/holder_kind.h"
#include "lib/sockets/report.h"

namespace ghostmem::holders {

namespace {

Measure measure(const HolderSources& sources) {
    if (sources.sockets == nullptr)
        return needs("the census of sockets: the module");
    Measure measure{0, {}, "rx_ring and tx_ring of leakctl sockets --family packet"};
    uint64_t rings = 0;
    for (const Socket& socket : sources.sockets->dump.sockets) {
        for (const char* name : {"rx_ring", "tx_ring"}) {
            const SocketQueue* ring = socket.queue(name);
            if (ring == nullptr)
                continue;
            ++rings;
            *measure.bytes =
                add(*measure.bytes, ring->held.pinned_bytes(sources.page_size).value_or(0));
        }
    }
    if (rings != 0)
        measure.detail = count_of(rings, "ring");
    return measure;
}

} // namespace

extern const HolderKind packet_rings_holder{
    .name = "packet_rings",
    .what = "packet rings",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .in_sockets = true,
    .functions = {"alloc_one_pg_vec_page*", "packet_set_ring*"},
};

} // namespace ghostmem::holders
