#include "output/json/sampling.h"

namespace ghostmem::output::json {

Json sampling_json(const Sampling& sampling) {
    if (!sampling.level)
        return nullptr;
    return Json{{"interval_bytes", sampling.interval_bytes()}, {"confidence", 0.95}};
}

} // namespace ghostmem::output::json
