// The census of page frames as JSON.
#pragma once

#include "lib/model/zone.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json zones_json(const PageCensus& census, uint32_t page_size);

} // namespace ghostmem::output::json
