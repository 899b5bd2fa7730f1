// Compares the tables with the naive model over long random sequences of events, which are the same
// each time. The fuzzer explores further.
#include <random>

#include <gtest/gtest.h>

#include "support/session.h"

namespace ghostmem::native {
namespace {

class Events {
  public:
    explicit Events(unsigned seed) : random(seed) {
        session.cover(1);
        session.cover(2);
    }

    const std::string& play(unsigned steps) {
        for (unsigned step = 1; step <= steps && session.difference().empty(); ++step) {
            one();
            if (step % 500 == 0)
                session.compare();
        }
        return session.difference();
    }

  private:
    unsigned below(unsigned long end) { return static_cast<unsigned>(random() % end); }

    unsigned long pfn() {
        unsigned long start = Session::first_pfn + below(Session::leaves) * GM_LEAF_PAGES;
        return start + (below(2) ? below(64) : GM_LEAF_PAGES - 1 - below(64));
    }

    void one() {
        unsigned what = below(1000);

        if (what < 500)
            session.allocate(pfn(), below(6), below(stacks), below(1u << GM_PID_BITS));
        else if (what < 980)
            session.release(pfn(), 1 + below(40));
        else if (what < 984)
            session.release(pfn(), GM_LEAF_PAGES + below(GM_LEAF_PAGES));
        else if (what < 990)
            session.cover(below(Session::leaves));
        else if (what < 993)
            session.uncover(below(Session::leaves), 1 + below(2));
        else if (what < 997)
            session.tick(below(GM_CLAMP_PERIOD + 1));
        else if (what < 999)
            session.freeze(below(stacks));
        else
            reset();
    }

    // Alternates between many stacks and few, so that every other time all of them get a site.
    void reset() {
        session.reset();
        stacks = stacks == 4 ? Session::stacks : 4;
    }

    Session session;
    std::mt19937_64 random;
    unsigned long stacks = 4;
};

class Model : public testing::TestWithParam<unsigned> {};

TEST_P(Model, AgreesWithTheTables) {
    shim_reset();
    {
        Events events(GetParam());
        EXPECT_EQ(events.play(8000), "");
    }
    EXPECT_EQ(shim_memory().blocks, 0);
}

INSTANTIATE_TEST_SUITE_P(Seed, Model, testing::Range(1u, 7u));

} // namespace
} // namespace ghostmem::native
