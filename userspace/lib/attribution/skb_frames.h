// The functions between a caller and its sk_buffs.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/model/frame.h"

namespace ghostmem {

/// Returns the index of the first frame that is not an allocator of sk_buffs, or of the last frame
/// if there is none. 0 for an empty stack.
size_t skb_caller(const std::vector<Frame>& frames);

} // namespace ghostmem
