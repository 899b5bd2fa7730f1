// How much each kind of holder has, as far as it can be measured on this host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/ledger/holder.h"

namespace ghostmem {

struct Measure {
    std::optional<uint64_t> bytes; ///< nullopt: not measurable; then `evidence` says why
    std::string detail;
    std::string evidence;
};

// Each reads the source that it names as its evidence, and never fails.
Measure measure_balloon(const HolderSources& sources);
Measure measure_huge_pages(const HolderSources& sources);
Measure measure_cma(const HolderSources& sources);
Measure measure_zram(const HolderSources& sources);
Measure measure_zswap(const HolderSources& sources);
Measure measure_ftrace(const HolderSources& sources);
Measure measure_perf(const HolderSources& sources);
Measure measure_packet_rings(const HolderSources& sources);
Measure measure_page_pool(const HolderSources& sources);
Measure measure_shmem(const HolderSources& sources);
Measure measure_secretmem(const HolderSources& sources);
Measure measure_ramdisk(const HolderSources& sources);
Measure measure_let_go(const HolderSources& sources);
Measure measure_guest_tables(const HolderSources& sources);
Measure measure_dma_buf(const HolderSources& sources);
Measure measure_hash_tables(const HolderSources& sources);
Measure measure_page_structs(const HolderSources& sources);

} // namespace ghostmem
