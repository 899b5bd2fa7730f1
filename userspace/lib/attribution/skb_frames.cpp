#include "lib/attribution/skb_frames.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/attribution/frame_rules.h"

namespace ghostmem {

namespace {

// Function names of kernels 5.10 to 7.3. Functions of a protocol (tcp_stream_alloc_skb()) are not
// among them, because the protocol is what a search for the holder has to find.
constexpr std::array allocators = std::to_array<std::string_view>({
    "__alloc_skb",
    "alloc_skb",
    "alloc_skb_with_frags",
    "alloc_skb_for_msg",
    "__netdev_alloc_skb",
    "netdev_alloc_skb",
    "__netdev_alloc_skb_ip_align",
    "__napi_alloc_skb",
    "napi_alloc_skb",
    "napi_get_frags",
    "__build_skb",
    "build_skb",
    "build_skb_around",
    "__napi_build_skb",
    "napi_build_skb",
    "slab_build_skb",
    "skb_clone",
    "skb_clone_sk",
    "skb_copy",
    "skb_copy_expand",
    "__pskb_copy_fclone",
    "skb_share_check",
    "skb_expand_head",
    "skb_realloc_headroom",
    "sock_alloc_send_pskb",
    "sock_alloc_send_skb",
    "sock_wmalloc",
    "sock_omalloc",
    "kmem_cache_alloc_node",
    "slab_alloc_node",
});

bool is_allocator(const Frame& frame) {
    return frame.module.empty() && std::find(allocators.begin(), allocators.end(),
                                             base_name(frame.symbol)) != allocators.end();
}

} // namespace

size_t skb_caller(const std::vector<Frame>& frames) {
    const auto at = std::find_if_not(frames.begin(), frames.end(), [](const Frame& frame) {
        return is_tracing_frame(frame) || is_allocator(frame);
    });
    if (at != frames.end() || frames.empty())
        return static_cast<size_t>(at - frames.begin());
    return frames.size() - 1;
}

} // namespace ghostmem
