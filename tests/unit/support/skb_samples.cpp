#include "support/skb_samples.h"

#include "support/samples.h"

namespace ghostmem::test {

namespace {

Site skb_site(uint32_t slot, uint64_t skbs, std::vector<Frame> frames) {
    Site site;
    site.slot = slot;
    site.allocs = skbs + 1000;
    site.frees = 1000;
    site.oldest_s = 3600;
    site.oldest_pid = 812;
    site.ages = Ages{skbs, 0, 0, 0, 0, 0};
    site.frames = std::move(frames);
    site.skb = SkbSite{skbs, skbs * 768, {}};
    return site;
}

} // namespace

std::vector<Site> sample_skb_sites() {
    Site lost = skb_site(2, 4000,
                         stack({"__alloc_skb+0x84/0x1a0", "__netdev_alloc_skb+0x11c/0x1a0",
                                "lab_take+0x5c/0x120 [lab, unloaded]",
                                "lab_poll+0x1d2/0x3f0 [lab, unloaded]", "__napi_poll+0x27/0x170"}));
    lost.skb->devices = {{"lab0", 7, 4026531840, true, 4000, 3072000}};
    lost.trends = {{10, 3900, 3800}};
    Site held =
        skb_site(3, 64,
                 stack({"napi_alloc_skb+0x15e/0x1e0", "e1000_clean_rx_irq+0x141/0x570 [e1000]",
                        "e1000_clean+0x2e5/0x8d0 [e1000]", "__napi_poll+0x27/0x170"}));
    held.skb->devices = {{"eth0", 2, 4026531840, false, 40, 30720},
                         {"eth1", 3, 4026531840, false, 24, 18432}};
    held.trends = {{10, 64, 64}};
    Site queued = skb_site(4, 12,
                           stack({"__alloc_skb+0x84/0x1a0", "alloc_skb_with_frags+0x52/0x1e0",
                                  "sock_alloc_send_pskb+0x22a/0x290",
                                  "unix_dgram_sendmsg+0x1ce/0xa10", "sock_sendmsg+0x5b/0x70"}));
    queued.trends = {{10, 0, 0}};
    return {lost, held, queued};
}

SkbStatus watching_skbs() {
    SkbStatus status;
    status.clock_s = 3601;
    status.generation = 3;
    status.live = 4076;
    status.born = 1'000'000;
    status.died = 995'924;
    status.unknown = 12;
    status.sites = 212;
    status.sites_max = 1024;
    status.room = 262'144;
    status.bytes = 4 << 20;
    status.lost = {{"recursion", 0, "an event inside a hook; not recorded"},
                   {"skb_room", 0, "born while there was no room for another record"}};
    return status;
}

} // namespace ghostmem::test
