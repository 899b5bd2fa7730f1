// A healthy host, to which a test of the verdict adds what it is about.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "lib/findings/verdict.h"
#include "support/samples.h"

namespace ghostmem::test {

inline constexpr uint64_t mib = 1024 * 1024;

struct VerdictTest : testing::Test {
    Ledger ledger = healthy_ledger();
    std::optional<Status> status = recording_status();
    std::vector<SiteView> sites;

    Verdict verdict() { return judge({ledger, status, sites}); }
    void hold(uint64_t pages, std::initializer_list<const char*> frames) {
        sites.push_back(
            make_view(site(static_cast<uint32_t>(sites.size() + 2), pages, stack(frames)), 4096));
    }
};

} // namespace ghostmem::test
