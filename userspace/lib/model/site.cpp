#include "lib/model/site.h"

#include "lib/base/units.h"

namespace ghostmem {

uint64_t interval_bytes(uint32_t level, uint32_t page_size) {
    return level == 0 || level > 63 ? 0 : pages_to_bytes(uint64_t{1} << level, page_size);
}

} // namespace ghostmem
