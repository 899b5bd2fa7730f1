// How figures that are estimates came about, as JSON.
#pragma once

#include "lib/attribution/estimate.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

/// null: all is recorded, and figures are exact.
Json sampling_json(const Sampling& sampling);

} // namespace ghostmem::output::json
