// The census of page frames as JSON.
#pragma once

#include "lib/zone.h"
#include "output/json.h"

namespace ghostmem::output {

Json zones_json(const PageCensus& census, uint32_t page_size);

} // namespace ghostmem::output
