// The nest LOST, which several kinds of the module's messages have: a part of the codec.
#pragma once

#include <linux/ghostmem.h>

#include "lib/genl/rows.h"
#include "lib/model/lost.h"

namespace ghostmem {

template <> struct Layout<Lost> {
    static constexpr const char* name = "lost";
    static constexpr int max = GHOSTMEM_LOST_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_LOST_A_NAME, &Lost::name),
        row(GHOSTMEM_LOST_A_COUNT, &Lost::count),
        row(GHOSTMEM_LOST_A_MEANING, &Lost::meaning),
    };
};

} // namespace ghostmem
