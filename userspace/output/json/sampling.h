// The sampling parameters behind estimated figures, as JSON.
#pragma once

#include "lib/attribution/estimate.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

/// Returns null when every allocation is recorded, so that figures are exact.
Json sampling_json(const Sampling& sampling);

} // namespace ghostmem::output::json
