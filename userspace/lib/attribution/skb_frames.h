// Which functions stand between a caller and its sk_buffs.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/model/frame.h"

namespace ghostmem {

/// Index of the first frame that is not an allocator of sk_buffs; of a stack of nothing else the
/// last. 0 for an empty stack.
size_t skb_caller(const std::vector<Frame>& frames);

} // namespace ghostmem
