// LOST of the module's messages, which several kinds of message have: a part of the codec.
#pragma once

#include "lib/genl/attributes.h"
#include "lib/model/status.h"

namespace ghostmem {

inline constexpr Policy<GHOSTMEM_LOST_A_MAX> lost_policy = [] {
    Policy<GHOSTMEM_LOST_A_MAX> policy{};
    policy[GHOSTMEM_LOST_A_NAME] = string_policy;
    policy[GHOSTMEM_LOST_A_COUNT] = u64_policy;
    policy[GHOSTMEM_LOST_A_MEANING] = string_policy;
    return policy;
}();

inline Lost decode_lost(nlattr* nest) {
    const Attributes in("lost", nest, lost_policy);
    return {in.string(GHOSTMEM_LOST_A_NAME), in.u64(GHOSTMEM_LOST_A_COUNT),
            in.string(GHOSTMEM_LOST_A_MEANING)};
}

} // namespace ghostmem
