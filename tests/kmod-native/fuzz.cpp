// libFuzzer's target: for any sequence of events, the tables must agree with the naive model. An
// event takes six bytes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "support/session.h"

namespace ghostmem::native {
namespace {

struct Event {
    uint8_t what;
    uint8_t leaf;
    uint8_t place;
    uint8_t size;
    uint8_t stack;
    uint8_t more;
};

// Prefers pfns near the ends of a leaf, where the difficult cases are, and repeats them often.
unsigned long pfn_of(const Event& event) {
    unsigned long leaf = Session::first_pfn + event.leaf % Session::leaves * GM_LEAF_PAGES;

    return leaf + (event.leaf & 0x80 ? event.place : GM_LEAF_PAGES - 1 - event.place);
}

unsigned order_of(const Event& event) {
    static constexpr unsigned orders[] = {0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10};

    return orders[event.size % 16];
}

void play(Session& session, const Event& event) {
    unsigned order = order_of(event);
    unsigned long pfn = pfn_of(event);
    unsigned long stack = event.stack % Session::stacks;

    switch (event.what % 16) {
    default:
        return session.allocate(pfn, order, stack, event.more * 0x4001u);
    case 6:
    case 7:
    case 8:
        // A block that was allocated there, or a part of a larger one.
        return session.release(pfn & ~((1UL << order) - 1), 1UL << order);
    case 9:
    case 10:
        // Some pages.
        return session.release(pfn, 1 + event.size);
    case 11:
        return session.cover(event.leaf % Session::leaves);
    case 12:
        return session.uncover(event.leaf % Session::leaves, 1 + event.more % 2);
    case 13:
        // Clamp only sometimes, because a clamp visits every page.
        if (event.leaf % 4)
            return session.release(pfn, 1);
        // Advance by half a year, or by some days.
        for (int i = 0; event.size % 4 == 0 && i < 17; ++i)
            session.tick(GM_CLAMP_PERIOD);
        return session.tick(GM_CLAMP_PERIOD * event.more / 255);
    case 14:
        return session.freeze(stack);
    case 15:
        // Free more than a leaf, as for a huge page of 1 GiB; or, rarely, reset everything.
        if (event.more == 0)
            return session.reset();
        return session.release(pfn,
                               event.more % 4 ? 1 + 2 * event.size : GM_LEAF_PAGES + event.size);
    }
}

} // namespace
} // namespace ghostmem::native

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ghostmem::native;
    {
        Session session;
        session.cover(1);
        session.cover(2);
        for (; size >= sizeof(Event) && session.difference().empty(); size -= sizeof(Event)) {
            play(session, {data[0], data[1], data[2], data[3], data[4], data[5]});
            data += sizeof(Event);
        }
        session.compare();
        if (!session.difference().empty()) {
            std::fprintf(stderr, "%s\n", session.difference().c_str());
            std::abort();
        }
    }
    if (shim_memory().blocks) {
        std::fprintf(stderr, "memory was not given back\n");
        std::abort();
    }
    return 0;
}
